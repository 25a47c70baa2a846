"""Log batches: consecutive events, decoded once for all projections."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

import structlog

from events.errors import EventTooNew, EventUnreadable
from events.log.codec import Codec, codec_for, wire_name
from events.log.privacy.personal_data import PersonalData
from events.log.recorded import COLUMNS, Metadata, Recorded, RecordedEvent, UnknownEvent
from events.registry import ALL_EVENTS
from events.subject.events import SubjectForgotten
from projections.engine.rows import Batch, Connection

BATCH = 5000  # events
FORGOTTEN = wire_name(SubjectForgotten)

# Positions are dense, so a batch is a range: no limit, no sort. It begins with the event it goes on
# from, so that no look at the log believes that it is still the one that was read before.
READ = f"""
select {COLUMNS} from es.event where position >= $1 and position <= $2 order by position
"""  # noqa: S608  constants

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableEvent(UnknownEvent):
    """An event of a type and version this program knows, with bytes that it cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogBatch:
    """Consecutive events of the log; never empty."""

    events: Batch
    unknown: Counter[str]  # types that this program cannot read

    def up_to(self, position: int) -> "LogBatch | None":
        """Return the part of the batch up to a position, None where that is nothing."""
        if self.position <= position:
            return self
        events = [event for event in self.events if event.position <= position]
        return replace(self, events=events) if events else None

    @property
    def position(self) -> int:
        """Return the position of the last event."""
        return self.events[-1].position

    @property
    def hash(self) -> bytes:
        """Return the hash of the last event."""
        return self.events[-1].hash


@contextmanager
def cycles_left_alone() -> Iterator[None]:
    """Do without the search for reference cycles: records, events and rows have none.

    With a batch and many rows in memory it would cost as much as decoding the events. What else the
    process does meanwhile goes without it too.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


async def read_batch(
    connection: Connection, after: int, personal: PersonalData | None = None
) -> LogBatch | None:
    """Return the events after a position, at most `BATCH` of them; None at the log's end."""
    _, batch = await read_behind(connection, after, personal)
    return batch


async def read_behind(
    connection: Connection,
    after: int,
    personal: PersonalData | None = None,
    at_most: int = BATCH,
) -> tuple[bytes | None, LogBatch | None]:
    """Return the hash of the event at a position, and the batch after it, of `at_most` events.

    The hash is None where there is no such event: at 0, and in a log that was cut below it.
    """
    with cycles_left_alone():
        records = await connection.fetch(READ, after, after + at_most)
        stored = [RecordedEvent(*record) for record in records]
        behind = stored.pop(0).hash if stored and stored[0].position == after else None
        if not stored:
            return behind, None
        if personal is not None:
            stored = await personal.opened(stored, gone=forgotten_in(stored))
        events = [decoded(event) for event in stored]
    unknown = Counter(event.event.type for event in events if isinstance(event.event, UnknownEvent))
    if unknown:
        log.warning("events_unknown", after=after, types=dict(unknown))
    return behind, LogBatch(events=events, unknown=unknown)


def forgotten_in(stored: list[RecordedEvent]) -> set[str]:
    """Return who is forgotten in this batch: their keys may be there still, for a moment."""
    events = (decoded(event).event for event in stored if event.type == FORGOTTEN)
    return {event.subject_id for event in events if isinstance(event, SubjectForgotten)}


@cache
def codec() -> Codec[object]:
    """Return the codec of every event there is; to look it up by its classes takes longer."""
    return codec_for(ALL_EVENTS)


def decoded(recorded: RecordedEvent) -> Recorded[object]:
    """Return the event, as an unknown one when this program cannot read it."""
    try:
        return codec().decode(recorded)
    except EventUnreadable as failure:
        kind = UnknownEvent if isinstance(failure, EventTooNew) else UnreadableEvent
        unknown = kind(
            type=recorded.type, schema_version=recorded.schema_version, payload=recorded.payload
        )
        return recorded.holding(unknown, Metadata(principal="unknown", via="unknown"))
