"""Escalation of an incident by hand: the next level is paged, whoever has it."""
