"""Postmortem meeting: when, with whom and about what; who came, and what was said."""
