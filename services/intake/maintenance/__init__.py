"""Maintenance: which windows run, what they hold back, and its release."""
