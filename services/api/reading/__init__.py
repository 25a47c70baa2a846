"""Reads: projections, the log and its live feed, as an answer."""
