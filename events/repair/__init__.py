"""Repairs of workflows, for one incident: what was found wrong with one, and what was done."""
