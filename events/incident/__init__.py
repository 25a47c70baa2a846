"""The incident: declared, worked through six phases, resolved, learned from."""
