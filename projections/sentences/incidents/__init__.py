"""Incident events as people would say them: a file for each facet."""
