"""Heartbeats: pings at our own path, and at those that jobs know from elsewhere."""

from services.api.intake.sources.heartbeats.source import SOURCE

__all__ = ["SOURCE"]
