"""Answers that wait to be carried out, for tests without an inbox: there are none."""

from activities.waiting_answers import Carry
from events.ids import IncidentId


class NoAnswers:
    async def waiting(self, incident_id: IncidentId) -> Carry | None:
        return None
