"""Inventory of an incident: the streams that belong to it, under one digest."""
