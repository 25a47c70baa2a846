"""Repairs of an incident's workflows: what was found wrong, and what was done."""
