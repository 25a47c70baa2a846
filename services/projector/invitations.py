"""Invitation starter: wakes the workflow that tells people of a postmortem meeting.

The outbox says what changed. A look from time to time finds what is left where a workflow was
ended or lost: messages without an outcome, and, at the start, every meeting that is ahead.
"""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Final

import structlog
from temporalio.client import Client

from activities.payloads import INVITE, MeetingChanged
from events.delivery.events import MEETING_INVITATION
from events.ids import IncidentId
from events.log.database import Database
from events.log.queues.outbox import Outbox
from services.temporal.standing_workflow import have_run
from workflows.ids import (
    INVITATION_WORKFLOW,
    MEETING_CHANGED,
    MEETING_QUEUE,
    invitation_workflow_id,
)
from workflows.messages import InvitationInput

AT_ONCE: Final = 20
LOOK_EVERY: Final = 300.0  # seconds
MOST: Final = 500  # in one look
PATIENCE: Final = timedelta(minutes=5)  # a workflow that is there has sent by then, mostly
UNSENT: Final = """
select distinct incident_id from read.delivery
where kind = $1 and state in ('intended', 'delayed') and incident_id is not null
    and intended_at < clock_timestamp() - $2::interval
order by incident_id limit $3
"""
AHEAD: Final = """
select incident_id from read.meeting where starts_at > clock_timestamp()
order by starts_at, incident_id limit $1
"""

logs = structlog.get_logger(__name__)


class Invitations:
    """What there is to tell; doing it again changes nothing: the workflow reads the log."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        client: Client,
        *,
        patience: timedelta = PATIENCE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._client = client
        self._patience = patience
        self._clock = clock
        self._looked_at: float | None = None

    async def step(self) -> int:
        """Have told what waits, and return how many workflows were woken.

        Raises: LogUnavailable.
        """
        number = await self.relay()
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            left = await self._left(first=self._looked_at is None)
            woken = await self._woken(left)
            number += woken
            if woken == len(left):  # else Temporal is away
                self._looked_at = now
        return number

    async def relay(self) -> int:
        """Have told what the outbox asks for, and return how many changes that were.

        Raises: LogUnavailable.
        """
        works = await self._outbox.claim(AT_ONCE, [INVITE])
        for work in works:
            changed = MeetingChanged.model_validate_json(work.body)
            if await self._wake(changed.incident_id):
                logs.info("invitation_begun", change=work.key)
                await self._outbox.done(work)
            else:
                await self._outbox.failed(work, "Temporal is away")
        return len(works)

    async def _left(self, *, first: bool) -> list[IncidentId]:
        """Return the meetings of which something may be left to tell."""
        rows = await self._database.fetch(UNSENT, MEETING_INVITATION, self._patience, MOST)
        if first:
            rows = [*rows, *await self._database.fetch(AHEAD, MOST)]
        return [*dict.fromkeys(IncidentId(row["incident_id"]) for row in rows)]

    async def _woken(self, left: list[IncidentId]) -> int:
        for number, incident_id in enumerate(left):
            if not await self._wake(incident_id):
                return number
        return len(left)

    async def _wake(self, incident_id: IncidentId) -> bool:
        return await have_run(
            self._client,
            INVITATION_WORKFLOW,
            InvitationInput(incident_id=incident_id),
            workflow_id=invitation_workflow_id(incident_id),
            queue=MEETING_QUEUE,
            signal=MEETING_CHANGED,
        )
