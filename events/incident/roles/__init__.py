"""Roles of an incident: who takes part, who commands it, how a role changes hands."""
