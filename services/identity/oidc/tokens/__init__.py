"""Tokens of a provider: what it says, and whether it was the provider who said it."""
