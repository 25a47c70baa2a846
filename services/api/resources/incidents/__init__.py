"""Incident resources: declare, respond, and everything people do to an incident."""
