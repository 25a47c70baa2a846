"""Postmortem document: what it is made of, and what it is held to."""
