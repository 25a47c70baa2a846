"""Repeat: people say of two incidents that one is the other again, or that it is not."""
