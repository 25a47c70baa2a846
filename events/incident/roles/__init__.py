"""Roles of an incident: incident commander and others, and how a role changes hands."""
