"""The page as a message: who is still to be paged, and what it says."""
