"""Temporal workflows: deadlines, retries and order, without any I/O of their own."""
