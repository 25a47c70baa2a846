"""Operator commands: read models, reconciling, page tests, the system itself."""
