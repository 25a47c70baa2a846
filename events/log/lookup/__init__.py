"""Lookup in the log: events found by what they say, and reads that many share."""
