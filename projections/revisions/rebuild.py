"""Rebuild: a projection made anew beside the live one, and swapped in without a gap."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import asyncpg
import structlog

from events.log.privacy.keyring import Keyring
from events.log.privacy.personal_data import PersonalData
from events.log.recorded import Recorded
from projections.engine.bulk import Attempt, BulkRows
from projections.engine.checkpoints import LEASE, Checkpoint, ProjectionFenced, move, read_on, renew
from projections.engine.log_batches import LogBatch, cycles_left_alone
from projections.engine.projection import Projection
from projections.engine.quarantine import (
    MOST,
    EventUnknown,
    is_poison,
    kind_of,
    quarantine,
    type_of,
)
from projections.engine.rows import Batch, Connection, Rows, StoredRows
from projections.live.forgetting import forget_the_forgotten
from projections.live.runner import refuse_unknown

NEAR: Final = 200  # events that the swap may find left: a few milliseconds of work
SWAP_TRIES: Final = 40
SWAP_SECONDS: Final = 1.0  # appends wait for that long at most
SWAP_PAUSE: Final = 0.25  # seconds between two tries
# While the swap holds appends up: a process that is frozen, or a reader that takes its time, ends
# the attempt long before an append would be given up.
SWAP_LIMITS: Final = """
set local lock_timeout = '300ms';
set local statement_timeout = '1s';
set local idle_in_transaction_session_timeout = '1s';
set local transaction_timeout = 0;  -- a timer that runs is not set anew, but can be taken away
set local transaction_timeout = '2s';
"""
BLOCKED = (
    TimeoutError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.DeadlockDetectedError,
)
HEAD = "select coalesce(max(position), 0) from es.event"
BEGIN = "select es.projection_begin($1, $2, $3, $4, $5)"
SWAP = "select es.projection_swap($1, $2, $3)"
LIVE = "select revision from es.projection where name = $1 and stage = 'live'"
GIVE_UP = "delete from es.projection where name = $1 and revision = $2 and stage = 'building'"

log = structlog.get_logger(__name__)


class RebuildRunsAlready(Exception):
    """Another process is rebuilding this projection."""


class RebuildOvertaken(RebuildRunsAlready):
    """Another process rebuilt this projection since its rows were looked at."""


class RebuildStopped(Exception):
    """An event cannot be applied, and a rebuild leaves none out."""


class SwapNotPossible(Exception):
    """The new revision could not take the old one's place: readers or writers never paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a rebuild has come."""

    position: int
    head: int


type Tell = Callable[[Progress], None]


class Rebuild:
    """One rebuild, on a connection of its own.

    An event that cannot be applied stops it, or has its key quarantined where nobody is there to be
    told.
    """

    def __init__(
        self,
        connection: Connection,
        projection: Projection,
        owner: str,
        *,
        lease: timedelta = LEASE,
        keyring: Keyring | None = None,
        quarantines: bool = False,
    ) -> None:
        self._connection = connection
        self._personal = PersonalData(keyring, connection.fetch, remembered=0.0)
        self._projection = projection
        self._owner = owner
        self._lease = lease
        self._quarantines = quarantines
        self._quarantined: dict[str, tuple[Recorded[object], str]] = {}

    async def run(self, tell: Tell = lambda _: None, *, instead_of: int | None = None) -> int:
        """Build the projection from the whole log, swap it in and return its revision.

        Readers have the old rows until then, and nothing is sent to anybody. With a revision, only
        while that is the live one.
        Raises: RebuildRunsAlready, RebuildOvertaken, RebuildStopped, SwapNotPossible,
        ProjectionFenced, LogForked (it was cut meanwhile).
        """
        at = await self._begin(instead_of)
        try:
            head = await self._connection.fetchval(HEAD)
            with cycles_left_alone():
                at = await self._fold(at, tell, head)
            at = await self._swap_in(await self._tail(at, tell))
        except Exception:
            if not self._connection.is_closed():
                await self._give_up(at)
            raise
        log.info("projection_rebuilt", name=at.name, revision=at.revision, position=at.position)
        return at.revision

    async def _begin(self, instead_of: int | None = None) -> Checkpoint:
        name, version = self._projection.NAME, self._projection.VERSION
        tables = [table.name for table in self._projection.TABLES]
        revision = await self._connection.fetchval(
            BEGIN, name, version, tables, self._owner, self._lease
        )
        if revision is None:
            raise RebuildRunsAlready(f"{name} is being rebuilt by another process")
        at = Checkpoint(name=name, revision=revision, position=0, hash=None, epoch=1)
        live = await self._connection.fetchval(LIVE, name)
        if instead_of not in (None, live):
            await self._give_up(at)
            raise RebuildOvertaken(f"{name} was rebuilt meanwhile: revision {live} is live")
        return at

    async def _give_up(self, at: Checkpoint) -> None:
        await self._connection.execute(GIVE_UP, at.name, at.revision)

    async def _fold(self, at: Checkpoint, tell: Tell, head: int) -> Checkpoint:
        """Read the log up to a position, keep rows in memory and write them in large portions."""
        rows = BulkRows(StoredRows(self._connection, at.revision))
        place = at  # of the reading, ahead of the checkpoint by what is in memory
        renew_at = time.monotonic() + self._lease.total_seconds() / 4
        while (batch := await self._batch(place, head)) is not None:
            await self._project(batch.events, rows)
            await forget_the_forgotten(self._connection, batch.events)
            if time.monotonic() >= renew_at:
                await self._hold(at)
                renew_at = time.monotonic() + self._lease.total_seconds() / 4
            place = replace(place, position=batch.position, hash=batch.hash)
            tell(Progress(position=batch.position, head=head))
            if rows.is_large or batch.position >= head:
                at = await self._write(at, rows, batch)
            if batch.position >= head:
                break
            await asyncio.sleep(0)
        return at

    async def _batch(self, place: Checkpoint, head: int) -> LogBatch | None:
        batch = await read_on(self._connection, place, self._personal)
        return batch.up_to(head) if batch is not None else None

    async def _write(self, at: Checkpoint, rows: BulkRows, batch: LogBatch) -> Checkpoint:
        async with self._connection.transaction():
            moved = await move(self._connection, at, batch.events[-1], lease=self._lease)
            await rows.write()
        return moved

    async def _hold(self, at: Checkpoint) -> None:
        if not await renew(self._connection, [at], self._lease):
            raise ProjectionFenced(f"revision {at.revision} of {at.name} is not ours any more")

    async def _tail(self, at: Checkpoint, tell: Tell) -> Checkpoint:
        """Follow the log until only a few events can be left."""
        while True:
            batch = await read_on(self._connection, at, self._personal)
            if batch is None:
                return at
            async with self._connection.transaction():
                at = await self._project_batch(at, batch)
            tell(Progress(position=at.position, head=at.position))
            if len(batch.events) < NEAR:
                return at

    async def _swap_in(self, at: Checkpoint) -> Checkpoint:
        """Hold appends up for the last few events and change places, all in one transaction."""
        for _ in range(SWAP_TRIES):
            try:
                return await self._swap(at)
            except BLOCKED as blocked:
                log.info("swap_tried", name=at.name, reason=kind_of(blocked))
            await asyncio.sleep(SWAP_PAUSE)
            at = await self._tail(at, lambda _: None)
        raise SwapNotPossible(
            f"{at.name} is rebuilt, but somebody kept its tables or the log locked all the time:"
            " look for a long transaction in pg_stat_activity, then try again"
        )

    async def _swap(self, at: Checkpoint) -> Checkpoint:
        async with asyncio.timeout(SWAP_SECONDS), self._connection.transaction():
            await self._connection.execute(SWAP_LIMITS)
            await self._connection.execute("select es.projection_gate()")
            batch = await read_on(self._connection, at, self._personal)
            if batch is not None:
                at = await self._project_batch(at, batch)
            for key, (recorded, error) in self._quarantined.items():
                await quarantine(self._connection, at, key, recorded, error)
            if not await self._connection.fetchval(SWAP, at.name, at.revision, at.epoch):
                raise ProjectionFenced(f"revision {at.revision} of {at.name} is not ours any more")
        return at

    async def _project_batch(self, at: Checkpoint, batch: LogBatch) -> Checkpoint:
        moved = await move(self._connection, at, batch.events[-1], lease=self._lease)
        await self._project(batch.events, StoredRows(self._connection, at.revision))
        await forget_the_forgotten(self._connection, batch.events)
        return moved

    async def _project(self, batch: Batch, rows: Rows) -> None:
        """Apply a batch, in halves where an event of it cannot be.

        Raises: RebuildStopped.
        """
        key_of = self._projection.key_of
        wanted = (
            [event for event in batch if key_of(event) not in self._quarantined]
            if self._quarantined
            else batch
        )
        if not wanted:
            return
        try:
            await self._apply(wanted, rows)
        except Exception as failure:
            if not is_poison(failure):
                raise
            if len(wanted) == 1:
                self._set_aside(wanted[0], failure)
                return
            middle = len(wanted) // 2
            await self._project(wanted[:middle], rows)
            await self._project(wanted[middle:], rows)

    async def _apply(self, batch: Batch, rows: Rows) -> None:
        refuse_unknown(self._projection, batch)
        attempt = Attempt(rows)
        await self._projection.project(batch, attempt)
        if isinstance(rows, StoredRows):
            async with self._connection.transaction():  # a savepoint
                await attempt.keep()
        else:
            await attempt.keep()

    def _set_aside(self, recorded: Recorded[object], failure: Exception) -> None:
        key = self._projection.key_of(recorded)
        stops = self._projection.COMPLETE and isinstance(failure, EventUnknown)
        if self._quarantines and key is not None and not stops and len(self._quarantined) < MOST:
            self._quarantined[key] = (recorded, kind_of(failure))
            return
        raise RebuildStopped(
            f"{self._projection.NAME} cannot apply the event at position {recorded.position}"
            f" ({type_of(recorded)}): {kind_of(failure)}. The live rows stay as they were."
        ) from failure
