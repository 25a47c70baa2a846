"""E-mail: mails of monitors, scripts and people, each an alert."""

from services.api.intake.sources.email.source import SOURCE

__all__ = ["SOURCE"]
