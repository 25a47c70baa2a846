"""Commands of a request: one incident command or configuration change, and its receipt."""
