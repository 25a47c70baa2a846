"""Escalation: whom a level is for, when it counts, and how its people answer."""
