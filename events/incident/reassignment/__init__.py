"""Reassignment of an incident: others are asked to take it, by name or by escalation policy."""
