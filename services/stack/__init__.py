"""Embedded stack: PostgreSQL, Temporal and our processes on one machine."""
