"""Incident read models: board, detail, timeline, alerts, work items."""
