"""Urgency of a page: whether it may wake people, and ignore their quiet hours."""

from enum import StrEnum
from typing import Final

from events.values.severity import Severity


class PageUrgency(StrEnum):
    """How loud a page may be. Both escalate."""

    HIGH = "high"
    LOW = "low"


LOW_SEVERITIES: Final = frozenset({Severity.SEV3, Severity.SEV4})


def urgency_of(severity: Severity | None) -> PageUrgency:
    """Return the urgency of the pages of an incident, its reminders too.

    A severity that nobody knows yet may be bad.
    """
    return PageUrgency.LOW if severity in LOW_SEVERITIES else PageUrgency.HIGH
