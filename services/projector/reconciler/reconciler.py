"""Reconciler loop: repairs what two looks in a row saw alike (P8)."""

import asyncio
import os
import secrets
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import Final

from temporalio.client import Client

from events.errors import LogFault
from events.log.liveness.looks import Looks
from events.log.postgres import PostgresLog
from services.jobs import Job
from services.projector.reconciler.differences import Difference
from services.projector.reconciler.looking import SETTLING, Look, Looking
from services.projector.reconciler.repairing import Repaired, Repairing, tried

PAUSE: Final = 12.0  # seconds: seen by the next look, sure by the one after, repaired in a minute
RELEASE_SECONDS: Final = 0.5
AT_ONCE: Final = 20
RENEWED_AFTER: Final = 100  # repairs; the lease must not end under a long look


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Result of one look."""

    look: Look
    repaired: tuple[Repaired, ...] = ()
    left: tuple[Difference, ...] = ()  # seen twice, and not repaired yet

    @property
    def troubles(self) -> dict[str, int]:
        """Return how much of what is wrong (by finding) stays as it is for now."""
        found = Counter(one.finding.value for one in self.left)
        if self.look.unknown:
            found["unknown"] = len(self.look.unknown)
        return dict(found)


@dataclass
class Reconciler:
    """Compares, waits for a second look, repairs."""

    log: PostgresLog
    client: Client
    settling: timedelta = SETTLING
    looking: Looking = field(init=False)
    repairing: Repairing = field(init=False)
    looks: Looks = field(init=False)
    seen: frozenset[Difference] = frozenset()
    strangers: frozenset[str] = frozenset()
    holder: str = field(
        default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
    )

    def __post_init__(self) -> None:
        self.looking = Looking(self.log, self.client, self.settling)
        self.repairing = Repairing(self.log, self.client)
        self.looks = Looks(self.log.database)

    async def step(self) -> Pass | None:
        """Look once, and repair what the look before saw, too; None when another one looks.

        Raises: TemporalTrouble, LogFault.
        """
        if not await self.looks.claim(self.holder):
            self.seen = frozenset()
            return None
        done = await self.reconcile()
        repaired = Counter(one.difference.finding.value for one in done.repaired)
        await self.looks.looked(done.troubles, dict(repaired))
        return done

    async def reconcile(self, *, dry_run: bool = False) -> Pass:
        """Look once, and repair what the look before saw, too.

        Raises: TemporalTrouble, LogFault.
        """
        look = await self.looking.look(self.strangers)
        certain = look.differences & self.seen
        repaired = () if dry_run else await self._repaired(certain)
        gone = {one.difference for one in repaired}
        self.seen = look.differences - gone
        self.strangers = look.strangers
        return Pass(look=look, repaired=repaired, left=tuple(certain - gone))

    async def _repaired(self, certain: Iterable[Difference]) -> tuple[Repaired, ...]:
        done: list[Repaired] = []
        for some in batched(certain, RENEWED_AFTER):
            await self.looks.claim(self.holder)
            for few in batched(some, AT_ONCE):
                tries = await asyncio.gather(*(tried(self.repairing, one) for one in few))
                done += [one for one in tries if one is not None]
        return tuple(done)


@asynccontextmanager
async def reconciling(log: PostgresLog, client: Client) -> AsyncIterator[Job]:
    """Yield the job that reconciles, and give the lease back at the end."""
    reconciler = Reconciler(log, client)

    async def look() -> None:
        await reconciler.step()

    try:
        yield Job(name="reconciler", work=look, pause=PAUSE)
    finally:
        with suppress(LogFault, TimeoutError):
            async with asyncio.timeout(RELEASE_SECONDS):
                await reconciler.looks.release(reconciler.holder)
