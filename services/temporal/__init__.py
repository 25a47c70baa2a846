"""Temporal client side: clients, sealed payloads, task queues."""
