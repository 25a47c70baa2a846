"""Alertmanager's webhook, version 4: read as it arrives, in memory that stays the same."""

from services.api.intake.sources.alertmanager.source import SOURCE

__all__ = ["SOURCE"]
