"""Custom fields of an incident: its type, and the values people fill in."""
