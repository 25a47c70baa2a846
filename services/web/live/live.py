"""Live: everybody who looks at a page, and the painting of what changed for all of them at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from secrets import token_bytes
from typing import Final
from uuid import UUID

import structlog
from starlette.types import Scope

from events.actor import Actor
from events.errors import LogFault, LogOverloaded
from events.ids import AccountId, IncidentId, SubjectId, account_stream, subject_stream
from events.log.recorded import Metadata, RecordedEvent
from projections.privacy.known import NOTHING_HIDDEN, Known
from services.access.callers import signed_in_caller
from services.access.dependencies import ReadDependencies
from services.access.permissions import Permission
from services.access.visibility import incident_in, members_of_private, who_knows
from services.identity.sessions import TOKEN_BYTES
from services.live.event_filter import OF_INCIDENTS
from services.live.live_feed import LiveFeed
from services.live.sightings import Sighting, Sightings
from services.request_refusals import PermissionMissing, ProjectionBehind
from services.web.calls import Refused
from services.web.forms import csrf_token
from services.web.live.audience import Audience, Key, Sight, Viewer
from services.web.live.painting import Address, painted, rights_of
from services.web.live.shown import Shown, next_due
from services.web.page import PageRoute, web_of
from services.web.visit import Visit

MOST_VIEWERS: Final = 1_000  # of one process
PAINTERS: Final = 2  # pages painted at a time: people who press something come first
AGAIN: Final = 0.5  # seconds until the next attempt, where what happened cannot be read yet
LOST: Final = frozenset({401, 403, 404, 410})
WEB: Final = "web"
FOLLOWED: Final = "GET /live"
SIGNED_OUT: Final = "You are signed out, or your account was changed. Sign in again."
NOT_ANY_MORE: Final = "You may not see this page any more."

logs = structlog.get_logger(__name__)


class Live:
    """Live pages of one process: one look at the log for all, and one painting for each audience.

    Whoever is sent a painting sees at that moment what the one sees for whom it was made.
    """

    def __init__(
        self, feed: LiveFeed, reads: ReadDependencies, sightings: Sightings | None = None
    ) -> None:
        self.position = 0  # the newest that happened
        self.stopping = False
        self._feed = feed
        self._reads = reads
        self._sightings = sightings or Sightings()
        self._marker = token_bytes(TOKEN_BYTES)
        self._audiences: dict[Key, Audience] = {}
        self._of_stream: dict[str, set[Viewer]] = {}  # whose rights its events may change
        self._viewers: set[Viewer] = set()
        self._stirred: set[UUID | None] = set()
        self._everything_stirred = False
        self._painters = asyncio.Semaphore(PAINTERS)

    @property
    def audiences(self) -> frozenset[Audience]:
        """Return the audiences there are."""
        return frozenset(self._audiences.values())

    @property
    def viewers(self) -> frozenset[Viewer]:
        """Return the open pages."""
        return frozenset(self._viewers)

    def own(self, message: bytes, visit: Visit) -> bytes:
        """Return a message with the viewer's own token in its forms."""
        return message.replace(csrf_token(self._marker).encode(), visit.csrf.encode())

    def shows(self, viewer: Viewer) -> None:
        """Note that a viewer is sent what a page shows of an incident, in case it is private."""
        about = viewer.audience.about if viewer.audience else None
        if about is None:
            return
        session = viewer.session
        actor = Actor(principal=session.principal, responder_id=session.person)
        sighting = Sighting(
            incident_id=IncidentId(about),
            actor=actor,
            metadata=Metadata(principal=actor.principal, on_behalf_of=session.person, via=WEB),
            first_read=FOLLOWED,
            at=web_of(viewer.visit.request).clock(),
        )
        self._sightings.note(self._reads, sighting)

    @asynccontextmanager
    async def viewing(
        self, visit: Visit, address: Address, route: PageRoute, scope: Scope
    ) -> AsyncIterator[Viewer]:
        """Keep one page up to date.

        Raises: LogUnavailable, LogOverloaded, ProjectionBehind.
        """
        if len(self._viewers) >= MOST_VIEWERS:
            raise LogOverloaded(f"{MOST_VIEWERS} pages are kept up to date already")
        viewer = Viewer(visit, address, route, scope)
        self._viewers.add(viewer)
        streams = _streams_of(viewer)
        for stream in streams:
            self._of_stream.setdefault(stream, set()).add(viewer)
        try:
            await self._watch()
            await self.place(viewer)
            yield viewer
        finally:
            self._viewers.discard(viewer)
            self._leave(viewer)
            for stream in streams:
                self._of_stream[stream].discard(viewer)
                if not self._of_stream[stream]:
                    del self._of_stream[stream]
            if not self._viewers:
                self._feed.unwatch(self)

    async def still_there(self, viewer: Viewer) -> bool:
        """Ask anew who looks, and with which roles; say whether anybody does.

        Raises: LogUnavailable, ProjectionBehind.
        """
        web = web_of(viewer.visit.request)
        found = await web.sessions.find(viewer.visit.token, web.clock(), acts=False)
        if found is None:
            viewer.lost = SIGNED_OUT
            return False
        if found.session != viewer.session:
            viewer.visit = replace(viewer.visit, session=found.session)
            await self.place(viewer)
        return True

    async def place(self, viewer: Viewer) -> None:
        """Put a viewer among those who see the same.

        Raises: LogUnavailable, ProjectionBehind.
        """
        self._move(viewer, await self._known([viewer]))

    def saw(self, event: RecordedEvent) -> None:
        """Take note of something that happened."""
        self.position = event.position
        for viewer in self._of_stream.get(event.stream, ()):
            viewer.in_doubt = True
            viewer.stir()
        if not self._stirred and not self._everything_stirred:
            asyncio.get_running_loop().call_soon(self._wake)
        about = incident_in(event)
        if about is None and event.stream.partition("-")[0] not in OF_INCIDENTS:
            self._everything_stirred = True
        self._stirred.add(about)

    def stop(self) -> None:
        """End every stream: the process stops, and the browser goes on at another one."""
        self.stopping = True
        for viewer in self._viewers:
            viewer.stir()

    async def _watch(self) -> None:
        known = partial(members_of_private, self._reads)
        begins = await self._feed.watch(self._reads.log, self, known)
        self.position = max(self.position, begins)
        self.stopping = self._feed.closing

    def _wake(self) -> None:
        stirred, everything = self._stirred, self._everything_stirred
        self._stirred, self._everything_stirred = set(), False
        for audience in self._audiences.values():
            if everything or audience.about is None or audience.about in stirred:
                audience.wake()

    async def _known(self, viewers: list[Viewer]) -> Known:
        """Return who knows of which private incident, if any of the viewers does not know all."""
        if all(_sees_everything(one) for one in viewers):
            return NOTHING_HIDDEN
        return await who_knows(self._reads)

    def _move(self, viewer: Viewer, known: Known) -> None:
        key = _key_of(viewer, known)
        if viewer.audience is not None and viewer.audience.key == key:
            return
        self._leave(viewer)
        audience = self._audiences.get(key)
        if audience is None:
            audience = self._audiences[key] = Audience(key=key)
            audience.painting = asyncio.create_task(audience.paint_forever(self._paint))
        if audience.shown is None or audience.shown.position < self.position:
            audience.wake()
        audience.viewers.add(viewer)
        viewer.audience = audience
        viewer.stir()

    def _leave(self, viewer: Viewer) -> None:
        audience, viewer.audience = viewer.audience, None
        if audience is None:
            return
        audience.viewers.discard(viewer)
        if not audience.viewers:
            del self._audiences[audience.key]
            if audience.painting is not None:
                audience.painting.cancel()

    async def _paint(self, audience: Audience) -> None:
        """Paint once for all; who has come to see something else meanwhile is sent none of it."""
        async with self._painters:
            stale_since, audience.stale_since = audience.stale_since, None
            try:
                done = await self._painted(audience)
            except (LogFault, ProjectionBehind):
                done = False
            except Exception:
                logs.exception("live_page_failed", path=audience.key.address.path)
                done = True  # the page itself fails as well, and says so
        if not done:
            audience.stale_since = stale_since
            asyncio.get_running_loop().call_later(AGAIN, audience.wake)

    async def _painted(self, audience: Audience) -> bool:
        began = time.monotonic()
        leader = next(iter(audience.viewers), None)
        if leader is None:
            return True
        position, lost, found = self.position, None, None
        visit = replace(leader.visit, token=self._marker, wants_rotation=False)
        try:
            found = await painted(leader.route, leader.scope, visit, position)
        except Refused as refused:
            if refused.status not in LOST:
                return False
            lost = NOT_ANY_MORE
        viewers = list(audience.viewers)
        known = await self._known(viewers)
        for viewer in viewers:
            self._move(viewer, known)
        if leader not in audience.viewers:
            return False  # it was painted for somebody who sees something else by now
        if found is not None:
            audience.about = found.about
            audience.shown = Shown.of(position, found.texts)
            audience.due_in = next_due(found.texts.values(), web_of(visit.request).clock())
        logs.info(
            "page_painted",
            route=leader.route.path,
            viewers=len(audience.viewers),
            position=position,
            seconds=round(time.monotonic() - began, 4),
        )
        for viewer in audience.viewers:
            viewer.lost = viewer.lost or lost
            viewer.stir()
        return True


def _key_of(viewer: Viewer, known: Known) -> Key:
    return Key(
        address=viewer.address,
        zone=viewer.visit.clock.zone.key,
        rights=rights_of(viewer.session),
        sight=Sight(_hidden_from(viewer, known)),
        person=viewer.session.person if viewer.route.personal else None,
    )


def _hidden_from(viewer: Viewer, known: Known) -> frozenset[UUID]:
    try:
        visibility = signed_in_caller(viewer.session, Permission.INCIDENT_READ).visibility
    except PermissionMissing:
        return frozenset(known.people)
    return frozenset() if visibility.everything else known.hidden_from(visibility.person)


def _sees_everything(viewer: Viewer) -> bool:
    try:
        caller = signed_in_caller(viewer.session, Permission.INCIDENT_READ)
    except PermissionMissing:
        return False
    return caller.visibility.everything


def _streams_of(viewer: Viewer) -> tuple[str, str]:
    session = viewer.session
    account = account_stream(AccountId(session.account_id))
    return account, subject_stream(SubjectId(session.person))
