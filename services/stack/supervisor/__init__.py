"""Supervisor of the stack: starts its parts, restarts them, and ends them with it."""
