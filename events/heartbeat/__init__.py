"""Heartbeats of the outside world: when silence begins."""
