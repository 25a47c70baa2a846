"""Intake beside the log: what senders sent, and when each was last heard."""
