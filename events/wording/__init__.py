"""Wording: hints to whoever writes about an incident; they suggest, and never forbid."""
