"""Embedded PostgreSQL: its programs, its cluster and its addresses."""
