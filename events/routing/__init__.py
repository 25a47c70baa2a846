"""Routing rules: where an alert goes, how bad it is, what it belongs to, and why. Pure."""
