"""Supervisor: starts the parts of the stack, restarts them, and ends them with it."""
