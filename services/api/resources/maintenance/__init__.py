"""Maintenance windows over HTTP: planned, tried, extended, ended, and what they held back."""
