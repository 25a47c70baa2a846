"""Intake: alerts through the real door at a steady rate, one key at a time, and in trouble."""
