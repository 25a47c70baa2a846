"""Follow-up starter: a workflow for each incident after which something is still to be done.

It reads the log's tail alone, from the beginning when it starts, so no writer can forget to tell.
A workflow that is not there, for whatever reason, is started again within minutes.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from time import monotonic
from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct
from msgspec.json import Decoder
from temporalio.client import Client

from events.action_item.events import (
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemEscalated,
    ActionItemOpened,
    ActionItemOverdue,
    ActionItemReminded,
    ActionItemReopened,
    ActionItemSuperseded,
)
from events.ids import IncidentId
from events.incident.events import IncidentReopened, IncidentResolved
from events.incident.relations.events import IncidentMerged
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.log.codec import wire_name
from events.log.database import Database
from events.postmortem.decide import AGGREGATE as POSTMORTEMS
from events.postmortem.events import (
    PostmortemAuthorChanged,
    PostmortemPublished,
    PostmortemStarted,
    PostmortemWaived,
)
from events.postmortem.meeting.events import MeetingCalledOff, MeetingMoved, MeetingScheduled
from services.temporal.client import TemporalTrouble, bounded
from services.temporal.standing_workflow import have_run
from workflows.ids import (
    FOLLOW_UP_CHANGED,
    FOLLOW_UP_QUEUE,
    FOLLOW_UP_WORKFLOW,
    follow_up_workflow_id,
)
from workflows.messages import FollowUpInput

AT_ONCE: Final = 20
ROWS: Final = 20_000  # of the log, in one look
THERE_EVERY: Final = 300.0  # seconds between two looks whether each workflow is there
LIST_SECONDS: Final = 12.0
PAGE_SIZE: Final = 1000
BEGINS: Final = frozenset(map(wire_name, (ActionItemOpened, ActionItemReopened, PostmortemStarted)))
ENDS: Final = frozenset(
    map(
        wire_name,
        (
            *(ActionItemCompleted, ActionItemDropped, ActionItemSuperseded),
            *(PostmortemPublished, PostmortemWaived),
        ),
    )
)
# What the workflow itself says is no news to it.
ITS_OWN: Final = [*map(wire_name, (ActionItemReminded, ActionItemOverdue, ActionItemEscalated))]
# What people write in a postmortem is none, either: neither its due date nor its meeting moves.
OF_POSTMORTEMS: Final = [
    *map(
        wire_name,
        (
            *(PostmortemStarted, PostmortemAuthorChanged, PostmortemPublished, PostmortemWaived),
            *(MeetingScheduled, MeetingMoved, MeetingCalledOff),
        ),
    )
]
# These move the due date of a postmortem that has begun.
OF_INCIDENTS: Final = [
    *map(
        wire_name,
        (
            *(IncidentResolved, IncidentReopened, IncidentMerged),
            *(IncidentTriaged, IncidentSeverityChanged),
        ),
    )
]
TAIL: Final = """
select stream, type, payload from es.event
where position > $1 and position <= $2 and (
    starts_with(stream, 'action_item-') and type <> all ($3::text[]) or type = any ($4::text[])
)
order by position
"""
HEAD: Final = "select coalesce(max(position), 0) from es.event"
RUNNING: Final = f"ExecutionStatus = 'Running' AND WorkflowType = '{FOLLOW_UP_WORKFLOW}'"

logs = structlog.get_logger(__name__)


class About(Struct):
    """What every event names that is looked at here."""

    incident_id: UUID


ABOUT: Final = Decoder(About)


def incident_of(payload: bytes) -> IncidentId:
    """Return the incident that an event belongs to."""
    return IncidentId(ABOUT.decode(payload).incident_id)


@dataclass
class FollowUps:
    """Keeps a workflow for each incident with open work. Telling one again changes nothing."""

    database: Database
    client: Client
    clock: Callable[[], float] = monotonic
    position: int = 0  # of the newest event it has seen
    open: dict[str, IncidentId] = field(default_factory=dict)  # by the stream of what is open
    changed: set[IncidentId] = field(default_factory=set)  # and were not told of it so far
    there_at: float | None = None  # every workflow was there

    async def step(self) -> int:
        """Read on, and tell the workflows of what has changed; return how many that were.

        Raises: LogUnavailable.
        """
        await self._read_on()
        number = 0
        for few in batched(sorted(self.changed), AT_ONCE):
            done = await asyncio.gather(*(self._tell(one) for one in few))
            number += sum(done)
            if not all(done):  # Temporal is away: the others would wait for it in vain
                return number
        await self._see_that_all_are_there()
        return number

    async def _read_on(self) -> None:
        head: int = await self.database.fetchval(HEAD)
        if head < self.position:  # an older log was restored
            self.position, self.open = 0, {}
        first_look = self.position == 0
        while self.position < head:
            until = min(head, self.position + ROWS)
            rows = await self.database.fetch(
                TAIL, self.position, until, ITS_OWN, [*OF_POSTMORTEMS, *OF_INCIDENTS]
            )
            for row in rows:
                self._take(row["stream"], row["type"], incident_of(row["payload"]))
            self.position = until
        if first_look:  # whatever is over was over before, and its workflow has ended
            self.changed = set(self.open.values())

    def _take(self, stream: str, event_type: str, incident_id: IncidentId) -> None:
        if event_type in OF_INCIDENTS and POSTMORTEMS.stream(incident_id) not in self.open:
            return
        self.changed.add(incident_id)
        if event_type in BEGINS:
            self.open[stream] = incident_id
        elif event_type in ENDS:
            self.open.pop(stream, None)

    async def _tell(self, incident_id: IncidentId) -> bool:
        if not await self._start(incident_id, FOLLOW_UP_CHANGED):
            return False
        self.changed.discard(incident_id)
        return True

    async def _see_that_all_are_there(self) -> None:
        if not self.open or (
            self.there_at is not None and self.clock() - self.there_at < THERE_EVERY
        ):
            return
        try:
            running = await self._running()
        except TemporalTrouble as trouble:
            logs.warning("follow_ups_not_listed", reason=str(trouble))
            return
        missing = [
            one for one in {*self.open.values()} if follow_up_workflow_id(one) not in running
        ]
        for few in batched(sorted(missing), AT_ONCE):
            if not all(await asyncio.gather(*(self._start(one) for one in few))):
                return
        self.there_at = self.clock()

    async def _running(self) -> frozenset[str]:
        async with bounded(LIST_SECONDS):
            listed = self.client.list_workflows(RUNNING, page_size=PAGE_SIZE)
            return frozenset([one.id async for one in listed])

    async def _start(self, incident_id: IncidentId, signal: str | None = None) -> bool:
        return await have_run(
            self.client,
            FOLLOW_UP_WORKFLOW,
            FollowUpInput(incident_id=incident_id, position=self.position),
            workflow_id=follow_up_workflow_id(incident_id),
            queue=FOLLOW_UP_QUEUE,
            signal=signal,
            signal_args=[] if signal is None else [self.position],
        )
