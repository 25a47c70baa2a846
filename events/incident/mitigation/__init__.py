"""Mitigation actions: what is tried against an incident's impact, and its outcome."""
