"""Heartbeats of the outside world: their silence becomes an alert, their next ping ends it."""
