"""Sandbox: the fresh installation that a simulated log is written into, all of it or nothing."""
