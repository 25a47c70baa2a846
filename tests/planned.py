"""Planned levels in one line: people who are paged together."""

from datetime import timedelta

from events.escalation.target import people
from events.ids import ResponderId
from events.page.plan import Part, PlannedLevel

FIVE = timedelta(minutes=5)


def planned(*responder_ids: ResponderId, timeout: timedelta = FIVE) -> PlannedLevel:
    """Return a level of these people."""
    return PlannedLevel(parts=(Part(targets=people(responder_ids)),), escalation_timeout=timeout)
