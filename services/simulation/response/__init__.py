"""Response: what the simulated people, and the workflows beside them, do about an incident."""
