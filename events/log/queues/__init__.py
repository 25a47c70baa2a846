"""Queues beside the log: work and commands for Temporal, and turns of messages to one contact."""
