"""Workflows around the meeting about a postmortem."""
