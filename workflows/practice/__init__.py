"""Workflows of the practice: a team is asked its questions."""
