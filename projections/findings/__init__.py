"""Findings: what the practice warns of, measured, each with what it rests on."""
