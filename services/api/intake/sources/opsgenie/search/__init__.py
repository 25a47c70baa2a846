"""Opsgenie search: its query language, and the lists that it chooses."""
