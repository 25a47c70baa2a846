"""The status update as a message: who is still to have it, and what it says."""
