"""Incident sentences: a file for each facet."""
