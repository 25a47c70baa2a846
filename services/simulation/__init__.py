"""Simulation: a year of an invented company, by the real rules, with a clock of its own.

It is a discrete-event simulation: what happens is taken from an agenda in the order of its time, so
that a year takes minutes, and one seed gives one log.
"""
