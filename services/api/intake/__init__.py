"""Intake: what other systems send, turned into alerts, incidents and changes."""
