"""Benchmarks of the web app: how soon a screen is there, and how soon it is right."""
