"""The HTTP API: commands in, projections out."""
