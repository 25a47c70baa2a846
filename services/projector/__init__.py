"""Projector process: projects the log into rows and relays outbox and inbox."""
