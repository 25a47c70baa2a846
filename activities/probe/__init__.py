"""Probe: a synthetic page that goes the way of every page, to show that it is open."""
