"""Checklist of an incident: the practice's items, ticked by people or proved by events."""
