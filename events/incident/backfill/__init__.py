"""Backfill of a past incident: entered after it happened, with its true times."""
