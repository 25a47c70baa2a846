"""Answers that wait to be carried out, for tests without an inbox: there are none."""

from events.ids import IncidentId, PageId
from events.purpose import Purpose


class NoAnswers:
    async def waits(self, incident_id: IncidentId, page_id: PageId, purpose: Purpose) -> bool:
        return False
