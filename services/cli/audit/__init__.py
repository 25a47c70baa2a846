"""Audit commands: check the log, export it with its proofs, and verify it anywhere."""
