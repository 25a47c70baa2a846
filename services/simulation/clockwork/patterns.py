"""Patterns: the anti-patterns of the practice that a simulated year can be asked to show."""

from enum import StrEnum


class Pattern(StrEnum):
    """One of the practice's anti-patterns."""

    HERO_CULTURE = "hero_culture"
    ALERT_FATIGUE = "alert_fatigue"
    BLAME = "blame"
    NO_POSTMORTEMS = "no_postmortems"
    POSTMORTEM_THEATRE = "postmortem_theatre"

    @property
    def word(self) -> str:
        """Return it as the command line takes it: hero-culture."""
        return self.value.replace("_", "-")
