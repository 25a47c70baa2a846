"""Temporal as our processes use it: clients, sealed payloads, task queues."""
