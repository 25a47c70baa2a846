"""Clockwork: the agenda, the draws and the log of a simulation."""
