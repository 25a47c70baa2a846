"""Heartbeat starter: a workflow for each heartbeat, which hears of what it has to look at.

It reads the log's tail from the beginning when it starts, and what was heard that a workflow waits
for. A workflow that is not there, for whatever reason, is started again within a minute: without
it nobody would hear the silence.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from time import monotonic
from typing import Final

from temporalio.client import Client

from events.configuration.heartbeat import HeartbeatEnded, HeartbeatId
from events.log.codec import wire_name
from events.log.database import Database
from events.log.intake.heartbeats import Waking, waking, woken
from services.temporal.standing_workflow import have_run
from workflows.ids import (
    HEARTBEAT_MOVED,
    HEARTBEAT_QUEUE,
    HEARTBEAT_WORKFLOW,
    heartbeat_workflow_id,
)
from workflows.messages import HeartbeatInput

AT_ONCE: Final = 20
ROWS: Final = 20_000  # of the log, in one look
THERE_EVERY: Final = 60.0  # seconds between two looks whether each workflow is there
PREFIX: Final = "heartbeat-"  # of a stream's name: events/configuration/heartbeat.py
ENDED: Final = wire_name(HeartbeatEnded)
TAIL: Final = """
select stream, type from es.event
where position > $1 and position <= $2 and starts_with(stream, 'heartbeat-')
order by position
"""
HEAD: Final = "select coalesce(max(position), 0) from es.event"


@dataclass
class HeartbeatStarter:
    """Keeps a workflow for each heartbeat. One that hears the same again looks once more."""

    database: Database
    client: Client
    clock: Callable[[], float] = monotonic
    position: int = 0  # of the newest event it has seen
    standing: set[HeartbeatId] = field(default_factory=set)  # that have not ended
    changed: set[HeartbeatId] = field(default_factory=set)  # whose workflows do not know it yet
    there_at: float | None = None  # every workflow was there

    async def step(self) -> int:
        """Read on, have workflows look at what has moved, and return how many that were.

        Raises: LogUnavailable.
        """
        await self._read_on()
        number = 0
        for few in batched(sorted(self.changed), AT_ONCE):
            done = await asyncio.gather(*(self._tell(one) for one in few))
            number += sum(done)
            if not all(done):  # Temporal is away: the others would wait for it in vain
                return number
        heard = await waking(self.database, AT_ONCE)
        number += sum(await asyncio.gather(*(self._wake(one) for one in heard)))
        await self._see_that_all_are_there()
        return number

    async def _read_on(self) -> None:
        head: int = await self.database.fetchval(HEAD)
        if head < self.position:  # an older log was restored
            self.position, self.standing = 0, set()
        while self.position < head:
            until = min(head, self.position + ROWS)
            for row in await self.database.fetch(TAIL, self.position, until):
                self._take(HeartbeatId(row["stream"].removeprefix(PREFIX)), row["type"])
            self.position = until

    def _take(self, heartbeat_id: HeartbeatId, event_type: str) -> None:
        self.changed.add(heartbeat_id)
        if event_type == ENDED:
            self.standing.discard(heartbeat_id)
        else:
            self.standing.add(heartbeat_id)

    async def _tell(self, heartbeat_id: HeartbeatId) -> bool:
        if not await self._start(heartbeat_id, signal=HEARTBEAT_MOVED):
            return False
        self.changed.discard(heartbeat_id)
        return True

    async def _wake(self, one: Waking) -> bool:
        if not await self._start(one.heartbeat_id, signal=HEARTBEAT_MOVED):
            return False
        await woken(self.database, one)
        return True

    async def _see_that_all_are_there(self) -> None:
        if self.there_at is not None and self.clock() - self.there_at < THERE_EVERY:
            return
        for few in batched(sorted(self.standing), AT_ONCE):
            if not all(await asyncio.gather(*(self._start(one) for one in few))):
                return
        self.there_at = self.clock()

    async def _start(self, heartbeat_id: HeartbeatId, signal: str | None = None) -> bool:
        """Have its workflow run, and look if there is a signal; where it runs that is all."""
        return await have_run(
            self.client,
            HEARTBEAT_WORKFLOW,
            HeartbeatInput(heartbeat_id=heartbeat_id),
            workflow_id=heartbeat_workflow_id(heartbeat_id),
            queue=HEARTBEAT_QUEUE,
            signal=signal,
        )
