"""Answers for tests without an inbox: none waits, and none comes while messages are made ready."""

from collections.abc import Collection

from activities.waiting_answers import Carry
from events.ids import IncidentId


class NoAnswers:
    async def waiting(self, incident_id: IncidentId) -> Carry | None:
        return None


class NoNews:
    async def now(self) -> int:
        return 0

    async def since(self, moment: int, incidents: Collection[IncidentId]) -> frozenset[IncidentId]:
        return frozenset()
