"""Sighting: somebody saw a private incident, kept once for each person and hour."""
