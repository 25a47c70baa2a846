"""Projection ownership: the leases this process holds; free ones are taken over."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from projections.engine.checkpoints import (
    LEASE,
    Checkpoint,
    LogForked,
    refuse,
    release,
    renew,
    say,
    take_over,
)
from projections.engine.projection import Projection
from projections.engine.quarantine import ask_for_all, frozen_keys
from projections.engine.rows import Connection

LOOK_AGAIN: Final = 0.5  # seconds between two looks whether a lease has become free
RETRY_REFUSED: Final = 5.0  # seconds; a person has to act

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Held:
    """A projection that is ours to write."""

    projection: Projection
    at: Checkpoint
    frozen: set[str] = field(default_factory=set)  # keys that are quarantined
    not_before: float = 0.0  # when to go on after a halt
    seconds: float = 0.0  # its last batch took


class Ownership:
    """The leases of one process, by projection."""

    def __init__(
        self,
        connection: Connection,
        owner: str,
        projections: Sequence[Projection],
        lease: timedelta = LEASE,
    ) -> None:
        self.lease = lease
        self._connection = connection
        self._owner = owner
        self._projections = {projection.NAME: projection for projection in projections}
        self._held: dict[str, Held] = {}
        self._ask_again: dict[str, float] = {}
        self._renew_at = 0.0
        self._standing_by = False

    @property
    def held(self) -> Iterable[Held]:
        """Return what is ours."""
        return tuple(self._held.values())

    def drop(self, name: str) -> None:
        """Write a projection no more: somebody else does."""
        if self._held.pop(name, None) is not None:
            log.warning("projection_fenced", name=name)

    async def refuse(self, held: Held) -> None:
        """Write a projection no more: the log is not the one that it has read."""
        name = held.at.name
        self._held.pop(name, None)
        self._refused(name, await refuse(self._connection, held.at))

    async def tend(self) -> None:
        """Hold what is ours, and take over what is free."""
        now = time.monotonic()
        if self._held and now >= self._renew_at:
            await self._renew()
            self._renew_at = now + self.lease.total_seconds() / 4
        for name, projection in self._projections.items():
            if name not in self._held and self._ask_again.get(name, 0.0) <= now:
                await self._claim(projection, now)
        self._tell()

    async def release(self) -> None:
        """Give everything back."""
        if self._held:
            await release(self._connection, [held.at for held in self._held.values()])
            self._held.clear()

    async def _renew(self) -> None:
        ours = await renew(self._connection, [held.at for held in self._held.values()], self.lease)
        for name in set(self._held) - ours:
            self.drop(name)

    async def _claim(self, projection: Projection, now: float) -> None:
        name = projection.NAME
        self._ask_again[name] = now + LOOK_AGAIN
        try:
            at = await take_over(self._connection, projection, self._owner, self.lease)
        except LogForked as refusal:
            self._refused(name, refusal)
            return
        if at is None:
            return
        await ask_for_all(self._connection, at)
        frozen = await frozen_keys(self._connection, at)
        self._held[name] = Held(projection=projection, at=at, frozen=frozen)
        log.info("projection_taken_over", name=name, revision=at.revision, position=at.position)

    def _refused(self, name: str, refusal: LogForked) -> None:
        log.error("projection_refused", name=name, reason=str(refusal))
        self._ask_again[name] = time.monotonic() + RETRY_REFUSED

    async def halt(self, held: Held, seconds: float, trouble: str) -> None:
        """Leave a projection where it is for a while, and say why."""
        held.not_before = time.monotonic() + seconds
        await say(self._connection, held.at, "halted", trouble)

    def _tell(self) -> None:
        if self._held and self._standing_by is not False:
            self._standing_by = False
            log.info("projecting", owner=self._owner)
        if not self._held and not self._standing_by:
            self._standing_by = True
            log.info("projecting_standby", owner=self._owner)
