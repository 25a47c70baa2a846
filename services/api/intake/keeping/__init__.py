"""Keeping of messages: every one behind a good key, what became of it, and taking it once more."""
