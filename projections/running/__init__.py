"""Runs of the projections: fed from the log, caught up with, read as of the past."""
