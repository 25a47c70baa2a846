"""Callbacks: what vendors call us with about messages that were sent through them."""
