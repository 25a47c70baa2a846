"""Finds workflows that do not agree with the log, and puts them right from the log."""
