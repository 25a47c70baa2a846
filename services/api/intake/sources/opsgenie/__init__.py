"""Opsgenie's alert API, as its senders know it: they change the base URL and go on."""

from services.api.intake.sources.opsgenie.source import SOURCE

__all__ = ["SOURCE"]
