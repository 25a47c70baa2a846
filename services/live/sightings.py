"""Sightings: that somebody read a private incident is kept beside the answer, never before it.

The read is answered first. What could not be kept is tried again for as long as the process lives,
and counted once it is given up.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

import asyncpg
import structlog

from events.actor import Actor
from events.errors import CommandRejected, LogFault
from events.handle import handle
from events.ids import IncidentId
from events.log.recorded import Metadata
from events.sighting.commands import RecordSighting
from events.sighting.decide import AGGREGATE, sighting_decider
from events.sighting.state import hour_of
from projections.privacy.hidden import traces_of
from services.access.dependencies import ReadDependencies
from services.access.visibility import is_private

NAMESPACE: Final = UUID("0d9b4c0a-6f0e-5b43-8a58-7c8f5d2f8e11")
MOST: Final = 10_000  # that wait, and that are remembered as kept
PAUSES: Final = (0.05, 0.5, 2.0, 5.0, 15.0)  # seconds before the first attempt and each other one
OUTSIDE: Final = (
    LogFault,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    TimeoutError,
    OSError,
)

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Sighting: who read which incident, and by what."""

    incident_id: IncidentId
    actor: Actor
    metadata: Metadata
    first_read: str
    at: datetime

    @property
    def key(self) -> tuple[UUID, str, datetime]:
        """Return what makes it one: the incident, the person and the hour."""
        return self.incident_id, self.actor.name, hour_of(self.at)


@dataclass(kw_only=True)
class Sightings:
    """Sightings of one process: those that wait to be kept, and how many never were."""

    missed: int = 0
    _waiting: OrderedDict[tuple[UUID, str, datetime], Sighting] = field(default_factory=OrderedDict)
    _kept: OrderedDict[tuple[UUID, str, datetime], None] = field(default_factory=OrderedDict)
    _keeping: asyncio.Task[None] | None = None

    def note(self, dependencies: ReadDependencies, sighting: Sighting) -> None:
        """Keep a sighting soon, if the incident is private; the caller waits for nothing."""
        if sighting.key in self._kept or sighting.key in self._waiting:
            return
        if len(self._waiting) >= MOST:
            self.missed += 1
            return
        self._waiting[sighting.key] = sighting
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep_all(dependencies))

    async def settle(self, seconds: float) -> None:
        """Wait a while for those that are to be kept, as when the process ends; count the rest."""
        if self._keeping is not None:
            await asyncio.wait([self._keeping], timeout=seconds)
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._waiting:
            self.missed += len(self._waiting)
            _log.error("sightings_missed", sightings=len(self._waiting))
            self._waiting.clear()

    async def _keep_all(self, dependencies: ReadDependencies) -> None:
        attempt = 0
        while self._waiting:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            try:
                await self._keep_waiting(dependencies)
            except OUTSIDE as fault:
                attempt += 1
                _log.warning("sightings_wait", fault=type(fault).__name__)
            else:
                attempt = 0

    async def _keep_waiting(self, dependencies: ReadDependencies) -> None:
        private: dict[IncidentId, bool] = {}
        while self._waiting:
            key, sighting = self._waiting.popitem(last=False)
            incident_id = sighting.incident_id
            try:
                if incident_id not in private:
                    private[incident_id] = await _is_private(dependencies, incident_id)
                if private[incident_id]:
                    await keep(dependencies, sighting)
                    self._remember(key)
            except (*OUTSIDE, asyncio.CancelledError):
                self._waiting[key] = sighting
                raise
            except CommandRejected:
                self.missed += 1
                _log.exception("sighting_refused")

    def _remember(self, key: tuple[UUID, str, datetime]) -> None:
        self._kept[key] = None
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)


async def keep(dependencies: ReadDependencies, sighting: Sighting) -> None:
    """Keep one sighting; twice, or by two processes, is once.

    Raises: LogUnavailable.
    """
    command = RecordSighting(
        private_incident_id=sighting.incident_id,
        first_read=sighting.first_read,
        via=sighting.metadata.via,
        actor=sighting.actor,
        at=sighting.at,
    )
    incident_id, seen_by, hour = sighting.key
    command_id = uuid5(NAMESPACE, f"{incident_id} {seen_by} {hour.isoformat()}")
    await handle(
        dependencies.log,
        sighting_decider,
        AGGREGATE.stream(incident_id),
        command,
        command_id=command_id,
        request_digest=sha256(command_id.bytes).digest(),
        metadata=sighting.metadata,
    )


async def _is_private(dependencies: ReadDependencies, incident_id: IncidentId) -> bool:
    async with dependencies.database.connection() as connection:
        traces = await traces_of(connection, incident_id)
    return traces.ever_private and await is_private(dependencies.log, incident_id)
