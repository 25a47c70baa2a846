"""Accepted commands: those that wait for Temporal, for whoever decides to page meanwhile."""

from functools import reduce

from activities.waiting_answers import Carry
from events.ids import IncidentId
from events.incident.state import Incident
from events.log.inbox import Inbox
from services.commanding.expected_incident import carried_out
from workflows.ids import incident_workflow_id


class WaitingAnswers:
    """Acknowledgements that wait for Temporal: looked at before anybody is paged."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def waiting(self, incident_id: IncidentId) -> Carry | None:
        """Return what the commands that wait make of their incident, None if there are none.

        In their order: what asks for an answer anew may stand behind the answer.
        Raises: LogUnavailable.
        """
        waiting = await self._inbox.waiting(incident_workflow_id(incident_id))
        if not waiting:
            return None

        def carry(incident: Incident) -> Incident:
            return reduce(lambda so_far, entry: carried_out(entry, so_far), waiting, incident)

        return carry
