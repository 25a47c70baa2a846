"""Projection runner: feeds projections from the log, in order, once, from where they stopped."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import asyncpg
import structlog

from events.log.privacy.keyring import Keyring
from events.log.privacy.personal_data import PersonalData
from events.log.recorded import Recorded, UnknownEvent
from projections.engine.checkpoints import LEASE, Checkpoint, ProjectionFenced, move_all
from projections.engine.log_batches import UnreadableEvent, read_behind
from projections.engine.projection import Projection
from projections.engine.quarantine import (
    MOST,
    EventBroken,
    EventUnknown,
    asked,
    is_poison,
    kind_of,
    quarantine,
    type_of,
)
from projections.engine.rows import Batch, Connection, StoredRows
from projections.live.batch_size import BatchSize
from projections.live.forgetting import forget_the_forgotten
from projections.live.ownership import Held, Ownership
from projections.live.retrying import retry
from projections.registry import ALL_PROJECTIONS

BUSY_PAUSE = 0.01  # seconds, for a while after an event
IDLE_PAUSE = 0.05  # seconds; half of it is the idle system's share of a read of one's own write
BUSY_FOR = 2.0  # seconds
TEND_EVERY = 0.5  # seconds
RETRY_HALTED = 15.0  # seconds
FEW = 100  # events that projections take in one transaction: more would hold rows locked for long

# What ends by itself: lost connection, standby, lost race, resources, operator, I/O error.
PASSING = ("08", "25", "40", "53", "55", "57", "58")

log = structlog.get_logger(__name__)


class Runner:
    """One connection, one reading of the log, one checkpoint a projection, moved with its rows.

    Projections at the same place share a batch, and the transaction too if the batch is short; one
    that is far behind holds the others up by no more than a batch. An event that cannot be applied
    quarantines its key; what is no event's fault halts the projection, and the others go on.
    """

    def __init__(
        self,
        connection: Connection,
        owner: str,
        projections: Sequence[Projection] = ALL_PROJECTIONS,
        lease: timedelta = LEASE,
        keyring: Keyring | None = None,
        size: BatchSize | None = None,
    ) -> None:
        self._connection = connection
        self._size = size or BatchSize()
        # Not remembered: a batch read after a key was destroyed must not show what it sealed.
        self._personal = PersonalData(keyring, connection.fetch, remembered=0.0)
        self._ownership = Ownership(connection, owner, projections, lease)

    async def start(self) -> None:
        """Take over every projection that nobody else writes, where it stands."""
        await self._ownership.tend()

    async def follow(self, moved: Callable[[], None]) -> None:
        """Keep the projections up to date for ever; say `moved` when there was something new.

        Raises: what the connection raises when it is lost, or the server when it cannot work.
        """
        busy_until = tend_at = 0.0
        while True:
            if time.monotonic() >= tend_at:
                await self.tend()
                tend_at = time.monotonic() + TEND_EVERY
            if await self.step():
                busy_until = time.monotonic() + BUSY_FOR
                moved()
            else:
                busy = time.monotonic() < busy_until
                await asyncio.sleep(BUSY_PAUSE if busy else IDLE_PAUSE)

    async def tend(self) -> None:
        """Renew the leases, look for free ones, and try again what somebody asked for."""
        await self._ownership.tend()
        for held in self._ownership.held:
            if not held.frozen:
                continue
            try:
                for key, position in (await asked(self._connection, held.at)).items():
                    await retry(self._connection, self._personal, held, key, position)
            except ProjectionFenced:
                self._ownership.drop(held.at.name)

    async def step(self) -> bool:
        """Read one batch for each place where projections stand; say whether there was any."""
        found = False
        for position, there in sorted(self._places().items()):
            behind, batch = await read_behind(
                self._connection, position, self._personal, self._size.events
            )
            standing = await self._of_this_log(there, behind)
            if batch is None or not standing:
                continue
            found = True
            together = len(standing) > 1 and len(batch.events) <= FEW
            if not (together and await self._taken_together(standing, batch.events)):
                for held in standing:
                    await self._advance(held, batch.events)
            self._size.went_well()
        return found

    async def release(self) -> None:
        """Let others take over at once."""
        await self._ownership.release()

    def _places(self) -> dict[int, list[Held]]:
        now = time.monotonic()
        places: dict[int, list[Held]] = {}
        for held in self._ownership.held:
            if held.not_before <= now:
                places.setdefault(held.at.position, []).append(held)
        return places

    async def _of_this_log(self, there: Sequence[Held], behind: bytes | None) -> list[Held]:
        """Return those whose checkpoint is at the event that the log holds there; refuse others.

        A log that was cut, or cut and grown again, would give them what is another's next event.
        """
        same: list[Held] = []
        for held in there:
            if held.at.hash == behind:
                same.append(held)
            else:
                await self._ownership.refuse(held)
        return same

    async def _advance(self, held: Held, batch: Batch) -> None:
        try:
            await self._take(held, batch)
        except ProjectionFenced:
            self._ownership.drop(held.at.name)

    async def _take(self, held: Held, batch: Batch) -> bool:
        """Apply a batch, in halves where an event of it cannot be; say whether to go on."""
        failure = await self._failure(held, batch)
        if failure is None:
            return True
        if not is_poison(failure):
            return await self._halt(held, batch[0], failure)
        if len(batch) == 1:
            return await self._set_aside(held, batch[0], failure)
        middle = len(batch) // 2
        return await self._take(held, batch[:middle]) and await self._take(held, batch[middle:])

    async def _failure(self, held: Held, batch: Batch) -> Exception | None:
        """Return why the projection could not take the batch, None when it did.

        Raises: ProjectionFenced, and what a later attempt may not meet any more.
        """
        try:
            await self._apply([held], batch)
        except ProjectionFenced:
            raise
        except Exception as failure:
            if self._connection.is_closed() or passes(failure):
                raise
            return failure
        return None

    async def _taken_together(self, standing: Sequence[Held], batch: Batch) -> bool:
        """Say whether all of them have taken the batch, in one transaction; if not, none has."""
        try:
            await self._apply(standing, batch)
        except Exception:  # each of them alone meets it again, and it is told there
            if self._connection.is_closed():
                raise
            return False
        return True

    async def _apply(self, standing: Sequence[Held], batch: Batch) -> None:
        took: list[float] = []
        async with self._connection.transaction():
            moved = await self._moved(standing, batch[-1])
            for held in standing:
                begun = time.monotonic()
                wanted = [
                    event for event in batch if held.projection.key_of(event) not in held.frozen
                ]
                refuse_unknown(held.projection, wanted)
                await held.projection.project(wanted, StoredRows(self._connection))
                took.append(time.monotonic() - begun)
            await forget_the_forgotten(self._connection, batch)
        for held, at, seconds in zip(standing, moved, took, strict=True):
            held.at, held.seconds = at, seconds
            if held.not_before:
                held.not_before = 0.0
                log.info("projection_goes_on", name=at.name, position=at.position)

    async def _moved(self, standing: Sequence[Held], to: Recorded[object]) -> list[Checkpoint]:
        seconds = {held.at: held.seconds for held in standing}
        return await move_all(self._connection, seconds, to, lease=self._ownership.lease)

    async def _set_aside(self, held: Held, recorded: Recorded[object], failure: Exception) -> bool:
        """Quarantine the event's key and go on behind it, or stop where that would be wrong."""
        key = held.projection.key_of(recorded)
        stops = held.projection.COMPLETE and isinstance(failure, EventUnknown)
        if key is None or stops or len(held.frozen) >= MOST:
            return await self._halt(held, recorded, failure)
        async with self._connection.transaction():
            (moved,) = await self._moved([held], recorded)
            await quarantine(self._connection, held.at, key, recorded, kind_of(failure))
        held.at = moved
        held.frozen.add(key)
        log.error(
            "projection_quarantined", name=moved.name, key=key, position=recorded.position,
            type=type_of(recorded), error=kind_of(failure),
        )  # fmt: skip
        return True

    async def _halt(self, held: Held, recorded: Recorded[object], failure: Exception) -> bool:
        trouble = f"{kind_of(failure)} at position {recorded.position} ({type_of(recorded)})"
        log.error("projection_halted", name=held.at.name, trouble=trouble, exc_info=failure)
        await self._ownership.halt(held, RETRY_HALTED, trouble)
        return False


def refuse_unknown(projection: Projection, batch: Batch) -> None:
    """Refuse a batch with an event that changes rows in a way this program cannot tell.

    Raises: EventUnknown, EventBroken.
    """
    for recorded in batch:
        if isinstance(recorded.event, UnknownEvent) and projection.key_of(recorded) is not None:
            broken = isinstance(recorded.event, UnreadableEvent)
            raise EventBroken if broken else EventUnknown


def passes(failure: Exception) -> bool:
    """Say whether a fault ends by itself, or by trying again."""
    if isinstance(failure, asyncpg.PostgresError):
        return (failure.sqlstate or "").startswith(PASSING)
    return isinstance(failure, OSError)
