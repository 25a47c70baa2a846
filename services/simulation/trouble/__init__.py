"""Trouble: what fails in the simulated year, when, and how monitors report it."""
