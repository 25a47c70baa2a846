"""Signals and batches: what any sender reports, cleaned, counted and kept small."""
