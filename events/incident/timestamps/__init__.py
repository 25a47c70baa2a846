"""Timestamps of an incident: the moments that durations are measured between."""
