"""The embedded one-machine stack: PostgreSQL, Temporal and our processes."""
