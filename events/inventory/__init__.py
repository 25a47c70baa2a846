"""Inventories of an incident: what belonged to it, under one digest."""
