"""Decline category: why an incident turned out to be none; noise is counted by it."""

from enum import StrEnum
from typing import Final


class DeclineCategory(StrEnum):
    """Category of a declined incident: what it was instead of one."""

    FALSE_ALARM = "false_alarm"  # the alert was wrong
    TEST = "test"  # somebody tried something out
    DUPLICATE = "duplicate"  # another incident has it already; merging says which
    EXPECTED = "expected"  # planned work, a deployment, a maintenance
    NOT_ACTIONABLE = "not_actionable"  # true, and nobody had to do anything
    OTHER = "other"

    @property
    def declined(self) -> str:
        """Return what became of the incident, after "it was": "declined as a false alarm"."""
        return f"declined{_AS[self]}"


_AS: Final = {
    DeclineCategory.FALSE_ALARM: " as a false alarm",
    DeclineCategory.TEST: " as a test",
    DeclineCategory.DUPLICATE: " as a duplicate",
    DeclineCategory.EXPECTED: " as expected",
    DeclineCategory.NOT_ACTIONABLE: " as not actionable",
    DeclineCategory.OTHER: "",
}
