"""Projection engine: feeds read models from the log, in order, each event once."""
