"""Accepted commands: those that wait for Temporal, for whoever decides to page meanwhile."""

from collections.abc import Collection
from functools import reduce
from typing import Final

from activities.waiting_answers import Carry
from events.ids import IncidentId, incident_stream
from events.incident.state import Incident
from events.log.queues.inbox import Inbox
from events.log.store import Log
from services.commanding.expected_incident import carried_out
from workflows.ids import incident_workflow_id

MOST: Final = 5000  # events; where more happened, something may have happened to each


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


class IncidentNews:
    """News of incidents with two queries, however many of them are asked for."""

    def __init__(self, log: Log, inbox: Inbox) -> None:
        self._log = log
        self._inbox = inbox

    async def now(self) -> int:
        """Return the newest position of the log.

        Raises: LogUnavailable.
        """
        return await self._log.head()

    async def since(self, moment: int, incidents: Collection[IncidentId]) -> frozenset[IncidentId]:
        """Return those of which the log has something newer, or for which a command waits.

        The commands first: what is carried out in between is seen at least once.
        Raises: LogUnavailable.
        """
        waited_for = await self._inbox.waited_for()
        newer = await self._log.read_all(moment, MOST)
        if len(newer) >= MOST:
            return frozenset(incidents)
        happened = {one.stream for one in newer}
        return frozenset(
            one
            for one in incidents
            if incident_stream(one) in happened or incident_workflow_id(one) in waited_for
        )
