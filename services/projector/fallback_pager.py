"""Fallback pager: pages whoever should be paged and is not, with Temporal down too (P2).

It needs the log and the channels only: no read model, no Temporal. The page's own stream decides
what is to be done; the inbox is asked as well, so that an answer given during the outage counts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from activities.delivery.delivering import Delivering
from events.errors import CommandRejected, LogFault
from events.handle import known
from events.ids import IncidentId, PageId, incident_stream, page_id_for, page_stream
from events.incident.decide import incident_decider
from events.incident.events import IncidentDeclared
from events.incident.pages.events import IncidentPageRequested, IncidentPageSentNow
from events.incident.pages.rules import wanted_pages
from events.incident.pages.state import RequestedPage
from events.incident.state import Incident
from events.log.codec import codec_for
from events.log.database import Database
from events.log.queues.inbox import Inbox, InboxEntry
from events.log.store import Log
from events.page.decide import page_decider
from events.page.overdue import Overdue, overdue
from events.page.state import Page
from projections.incidents.open_incidents import OpenIncidents
from services.commanding.accepted import WaitingAnswers
from services.commanding.expected_incident import carried_out
from services.projector.walking import Walk
from workflows.ids import incident_workflow_id

AT_ONCE: Final = 10  # incidents
# A process that is frozen while it looks loses its session, and others look in its place.
MINE: Final = """
select set_config('idle_session_timeout', '45s', false) is not null
where pg_try_advisory_lock(hashtextextended('tocsin fallback pager', 0))
"""
NOT_MINE: Final = """
select pg_advisory_unlock(hashtextextended('tocsin fallback pager', 0)),
    set_config('idle_session_timeout', '0', false)
"""

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An incident as it was looked at last."""

    streams: frozenset[str]  # an event in one of them, and it is looked at again
    again_at: datetime | None  # None: not before something happens


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Page that nobody has answered yet, as the log has it."""

    incident: Incident
    called: RequestedPage
    page: Page
    quiet_since: datetime


class FallbackPager:
    """Fallback pager: checks every open incident, again and again; cheap while all is well."""

    def __init__(  # noqa: PLR0913  each is another part of the world
        self,
        log: Log,
        database: Database,
        inbox: Inbox,
        delivering: Delivering,
        *,
        somebody_works: Callable[[Callable[[], datetime]], Awaitable[bool]],
        grace: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log = log
        self._database = database
        self._inbox = inbox
        self._answers = WaitingAnswers(inbox)
        self._delivering = delivering
        self._somebody_works = somebody_works
        self._grace = grace
        self._clock = clock
        self._open = OpenIncidents(database)
        self._seen: dict[UUID, Seen] = {}

    async def look(self) -> int:
        """Page whoever should have been paged by now, and return how many steps that took.

        Only one process looks at a time.
        Raises: LogUnavailable.
        """
        self._forget(await self._open.catch_up())
        async with self._database.connection() as connection:
            if not await connection.fetchval(MINE):
                return 0
            try:
                asked = self._asked(await self._inbox.waited_for())
                due = [*asked, *(one for one in self._open.unresolved - asked if self._is_due(one))]
                return await self._look_at(due) if due else 0
            finally:
                await connection.execute(NOT_MINE)

    def _forget(self, changed: frozenset[str] | None) -> None:
        """Forget the looks at incidents that are over, or to which something has happened."""
        self._seen = {
            one: seen
            for one, seen in self._seen.items()
            if one in self._open.resolved
            and changed is not None
            and seen.streams.isdisjoint(changed)
        }

    def _asked(self, waited_for: Collection[str]) -> frozenset[UUID]:
        """Return whose commands wait, also where it is resolved: they may reopen it."""
        open_ = self._open.resolved
        return frozenset(
            one for one in open_ if incident_workflow_id(IncidentId(one)) in waited_for
        )

    def _is_due(self, incident_id: UUID) -> bool:
        seen = self._seen.get(incident_id)
        if seen is None:
            return True
        return seen.again_at is not None and seen.again_at <= self._clock()

    async def _look_at(self, due: list[UUID]) -> int:
        may_send = not await self._somebody_works(self._clock)
        room = asyncio.Semaphore(AT_ONCE)

        async def one(incident_id: UUID) -> int:
            async with room:
                return await self._try(IncidentId(incident_id), may_send=may_send)

        return sum(await asyncio.gather(*(one(incident_id) for incident_id in due)))

    async def _try(self, incident_id: IncidentId, *, may_send: bool) -> int:
        """See to one incident; what goes wrong with it is no other's trouble."""
        try:
            wanted, waits = await self._wanted(incident_id)
            # As if nobody worked by then: what is a worker's to send may be ours.
            next_ones = [self._overdue(one, may_send=True) for one in wanted]
            again_at = min((one.at for one in next_ones if one), default=None)
            if waits:  # it may yet be refused, and nothing in the log would say so
                again_at = self._clock()
            numbers = (one.called.number for one in wanted)
            pages = (page_stream(page_id_for(incident_id, number)) for number in numbers)
            streams = frozenset([incident_stream(incident_id), *pages])
            self._seen[incident_id] = Seen(streams=streams, again_at=again_at)
            return sum([await self._page(incident_id, one, may_send=may_send) for one in wanted])
        except CommandRejected as refusal:
            logs.info("fallback_page_over", incident_id=str(incident_id), reason=str(refusal))
        except LogFault as fault:
            logs.warning("fallback_waits_for_log", incident_id=str(incident_id), reason=str(fault))
        except Exception:
            logs.exception("fallback_failed", incident_id=str(incident_id))
        return 0

    async def _wanted(self, incident_id: IncidentId) -> tuple[list[Wanted], bool]:
        """Return the pages that are wanted, and whether commands wait that this depends on."""
        stored = await self._log.opened(await self._log.read_stream(incident_stream(incident_id)))
        events = known(codec_for(incident_decider.event_types), stored)
        incident = incident_decider.fold(one.event for one in events)
        waiting = await self._inbox.waiting(incident_workflow_id(incident_id))
        incident, asked = _after_what_waits(waiting, incident)
        found: list[Wanted] = []
        for called in wanted_pages(incident):
            if not called.wanted:
                continue
            requested = [one.recorded_at for one in events if _calls(one.event, called.number)]
            wanted_since = called.not_before or asked.get(called.number) or max(requested)
            page, heard_of = await self._page_of(page_id_for(incident_id, called.number))
            quiet_since = max(wanted_since, heard_of or wanted_since)
            found.append(
                Wanted(incident=incident, called=called, page=page, quiet_since=quiet_since)
            )
        return found, bool(waiting)

    def _overdue(self, wanted: Wanted, *, may_send: bool) -> Overdue | None:
        return overdue(
            wanted.page,
            wanted.quiet_since,
            self._grace,
            may_send=may_send,
            steering=wanted.called.steering,
        )

    async def _page_of(self, page_id: PageId) -> tuple[Page, datetime | None]:
        stored = await self._log.opened(await self._log.read_stream(page_stream(page_id)))
        events = known(codec_for(page_decider.event_types), stored)
        page = page_decider.fold(one.event for one in events)
        return page, events[-1].recorded_at if events else None

    async def _page(self, incident_id: IncidentId, wanted: Wanted, *, may_send: bool) -> int:
        """Take the step that the page misses, if it misses one and nobody has answered."""
        missed = self._overdue(wanted, may_send=may_send)
        page_id = page_id_for(incident_id, wanted.called.number)
        if missed is None or missed.at > self._clock():
            return 0
        walk = Walk(self._log, self._answers, self._delivering, incident_id, self._clock())
        reference = wanted.incident.reference
        taken = await walk.take(missed.step, wanted.called, reference, wanted.page)
        if taken:
            logs.warning(
                "fallback_paged",
                incident_id=str(incident_id),
                reference=reference,
                page_id=str(page_id),
                step=missed.step,
            )
        return int(taken)


def _after_what_waits(
    waiting: Iterable[InboxEntry], incident: Incident
) -> tuple[Incident, dict[int, datetime]]:
    """Return the incident once what waits for it is carried out, and when that was accepted.

    A page that a waiting command calls for is due like any other; its number, and so its
    stream, is the one that the incident will give it.
    """
    asked: dict[int, datetime] = {}
    for entry in waiting:
        before = {page.number for page in wanted_pages(incident)}
        incident = carried_out(entry, incident)
        called = (page.number for page in wanted_pages(incident))
        asked |= {number: entry.accepted_at for number in called if number not in before}
    return incident, asked


def _calls(event: object, number: int) -> bool:
    """Say whether the event is the call for this page, or lets it out."""
    if isinstance(event, IncidentDeclared):
        return True
    return isinstance(event, IncidentPageRequested | IncidentPageSentNow) and event.number == number
