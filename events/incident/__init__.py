"""Incident: declared, worked through six phases, resolved, learned from."""
