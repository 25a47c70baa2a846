"""Waiting answers: accepted commands that have not reached their incident yet."""

from collections.abc import Callable
from typing import Protocol

from events.ids import IncidentId
from events.incident.state import Incident

type Carry = Callable[[Incident], Incident]


class Answers(Protocol):
    """Accepted commands that have not reached their incident yet: acknowledgements above all."""

    async def waiting(self, incident_id: IncidentId) -> Carry | None:
        """Return what those that wait make of their incident, None if there are none.

        Asked before the log: what is carried out in between is seen at least once.
        """
        ...
