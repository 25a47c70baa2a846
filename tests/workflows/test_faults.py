"""What a workflow makes of a log that fails, loses replies, or was written by somebody else."""

import asyncio
from collections.abc import Mapping, Sequence
from random import Random
from uuid import UUID, uuid4

import pytest

from events.errors import LogUnavailable
from events.handle import handle
from events.ids import incident_stream
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.incident.severity.commands import ChangeSeverity
from events.incident.status_updates.commands import PublishStatusUpdate
from events.log.lookup.watched import Changed, Watched
from events.log.recorded import Append, AppendResult, Bookmark, CommandRecord, RecordedEvent
from events.log.store import Log
from events.values.severity import Severity
from tests.harness import ADA, ADMIN, METADATA, now
from tests.workflows.conftest import Harness

pytestmark = pytest.mark.stack


class UnreliableLog:
    """A way to the log that fails before the append, or loses the reply after it."""

    def __init__(self, log: Log, seed: int, share: float) -> None:
        self._log = log
        self._random = Random(seed)
        self._share = share
        self.lost = 0

    async def append(self, request: Append) -> AppendResult:
        if self._random.random() < self._share:
            raise LogUnavailable("refused before the append")
        result = await self._log.append(request)
        if self._random.random() < self._share:
            self.lost += 1
            raise LogUnavailable("the reply was lost after the append")
        return result

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        return await self._log.read_stream(stream, after_version)

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        return await self._log.changed(watched, after_position)

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        return await self._log.read_about(stream, word)

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        return await self._log.read_since(streams, types)

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        return await self._log.read_on(bookmarks)

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        return await self._log.read_all(after_position, limit)

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        return await self._log.opened(stored)

    async def head(self) -> int:
        return await self._log.head()

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        return await self._log.find_command(command_id)

    async def next_reference(self) -> int:
        return await self._log.next_reference()


def update(number: int) -> PublishStatusUpdate:
    return PublishStatusUpdate(
        impact=f"Update {number}",
        current_actions="Looking",
        next_update_at=None,
        actor=ADA,
        at=now(),
    )


async def test_lost_replies_and_refusals_lose_and_double_nothing(idle_harness: Harness) -> None:
    unreliable = UnreliableLog(idle_harness.log, seed=20261123, share=0.2)
    async with idle_harness.working(log=unreliable):
        incident_id = await idle_harness.declare()
        answers = await asyncio.gather(
            *(idle_harness.give(incident_id, update(number)) for number in range(8))
        )
        answers += await asyncio.gather(
            *(idle_harness.give(incident_id, update(number)) for number in range(8, 16))
        )
    stored = await idle_harness.log.read_stream(incident_stream(incident_id))
    updates = [event for event in stored if event.type == "status_update.published"]
    assert len(updates) == 16
    assert {answer.hash for answer in answers} == {event.hash.hex() for event in updates}
    assert unreliable.lost > 0


async def test_a_foreign_writer_is_noticed_and_the_command_decided_again(harness: Harness) -> None:
    incident_id = await harness.declare()
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    repair = ChangeSeverity(severity=Severity.SEV1, reason="Repair", actor=ADMIN, at=now())
    await handle(
        harness.log,
        incident_decider,
        incident_stream(incident_id),
        repair,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=METADATA,
    )
    answer = await harness.give(incident_id, update(1))
    stored = await harness.log.read_stream(incident_stream(incident_id))
    assert answer.version == len(stored)
    assert b'"severity":"SEV1"' in stored[-1].payload


async def test_commands_wait_for_a_worker_and_are_then_carried_out(idle_harness: Harness) -> None:
    incident_id = await idle_harness.declare()
    waiting = asyncio.create_task(
        idle_harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    )
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.3)
    async with idle_harness.working():
        assert "incident.acknowledged" in (await waiting).event_types
