"""Measuring: rounds, callers in loops, real servers, and results with their machine."""
