"""Alerts of an incident: what it does when one more joins."""
