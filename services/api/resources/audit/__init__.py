"""Audit resources: the log with its proofs, and who did what."""
