"""Embedded Temporal: its program, its server and what Tocsin needs in it."""
