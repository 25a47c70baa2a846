"""Alert pages: what monitors sent, what it became and why, and what is only noise."""
