"""Alerts that nobody reports the end of: the projector finds them, and ends them."""
