"""Command handling: read, fold, decide, append with the expected version; nothing else appends."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast
from uuid import UUID

from events.decider import Decider
from events.errors import CommandRejected, EventTooNew, KeyReused, StreamConflict
from events.log.codec import Codec, codec_for, wire_name
from events.log.proof.chain import GENESIS, rows_of
from events.log.recorded import (
    Append,
    AppendResult,
    CommandRecord,
    Metadata,
    OutboxEntry,
    Recorded,
    RecordedEvent,
    UnknownEvent,
    Verdict,
)
from events.log.store import Log
from events.stream_locks import turn

ATTEMPTS = 12  # the first, and more after a race that another process won
LONGEST_PAUSE = 0.1  # seconds between two attempts; half a second in all, on average


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled[Event]:
    """What a command led to."""

    events: tuple[Recorded[Event], ...]  # as stored
    result: AppendResult

    @property
    def duplicate(self) -> bool:
        """Say whether this is the first answer again."""
        return self.result.verdict is Verdict.DUPLICATE


async def handle[Command, State, Event](  # noqa: PLR0913 - each is a different promise
    log: Log,
    decider: Decider[Command, State, Event],
    stream: str,
    command: Command,
    *,
    command_id: UUID,
    request_digest: bytes,
    metadata: Metadata,
    expected_version: int | None = None,
    outbox: tuple[OutboxEntry, ...] = (),
) -> Handled[Event]:
    """Decide the command on the stream as it stands and store what follows from it, once.

    A command id that was answered before gets its first answer, whatever has happened since. A
    command whose race was lost is decided again; one that commutes is in no race.
    Raises: StreamConflict (at once when `expected_version` is given and stale), KeyReused, every
    refusal of the decider, AppendTooLarge, NotStorable, and the log's faults.
    """
    codec: Codec[Event] = codec_for(decider.event_types)
    append = partial(
        Append,
        stream=stream,
        command_id=command_id,
        request_digest=request_digest,
        metadata=metadata,
        outbox=outbox,
    )
    if expected_version is None and isinstance(command, decider.commuting):
        decided = decider.decide(command, decider.initial)
        request = append(expected_version=None, events=tuple(map(codec.encode, decided)))
        return await answered(log, codec, request, await log.append(request), ())
    word = decider.about(command)
    async with turn(stream):
        attempt = 0
        while True:
            stored = await needed(log, decider, stream, word)
            version = stored[-1].version if stored else 0
            try:
                if expected_version not in (None, version):
                    raise conflict(stream, version)
                history = known(codec, await log.opened(stored))
                state = decider.fold(recorded.event for recorded in history)
                decided = decider.decide(command, state)
            except CommandRejected:
                record = await log.find_command(command_id)
                if record is None:
                    raise
                return await first_answer(log, codec, stream, record, request_digest)
            events = tuple(map(codec.encode, decided))
            request = append(expected_version=version, events=events)
            result = await log.append(request)
            attempt += 1
            final = expected_version is not None or attempt == ATTEMPTS
            if final or result.verdict is not Verdict.CONFLICT:
                break
            await asyncio.sleep(pause_after(attempt - 1))
    return await answered(log, codec, request, result, stored)


async def needed[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], stream: str, word: str | None
) -> list[RecordedEvent]:
    """Return as much of a stream as a decision needs; its newest event is always there.

    Raises: LogUnavailable.
    """
    if word is not None:
        return await log.read_about(stream, word)
    if decider.afresh:
        return (await log.read_since([stream], beginnings(decider)))[stream]
    return await log.read_stream(stream)


def beginnings[Command, State, Event](decider: Decider[Command, State, Event]) -> list[str]:
    """Return the names of the events before which nothing of a stream matters any more."""
    return [wire_name(event_type) for event_type in decider.afresh]


def pause_after(attempt: int) -> float:
    """Return how long to wait after a lost race, in seconds: longer each time, and at random."""
    return random.uniform(0, min(LONGEST_PAUSE, 0.005 * 2**attempt))  # noqa: S311 - jitter


async def answered[Event](
    log: Log,
    codec: Codec[Event],
    request: Append,
    result: AppendResult,
    before: Sequence[RecordedEvent],
) -> Handled[Event]:
    """Return what the log's verdict on an append means for whoever gave the command.

    Raises: KeyReused, StreamConflict.
    """
    match result.verdict:
        case Verdict.APPENDED:
            return await as_stored(log, codec, request, result, before)
        case Verdict.DUPLICATE:
            return await with_events(log, codec, result)
        case Verdict.KEY_REUSED:
            raise key_reused(request.command_id)
        case Verdict.CONFLICT:
            raise conflict(request.stream, result.version)


async def as_stored[Event](
    log: Log,
    codec: Codec[Event],
    request: Append,
    result: AppendResult,
    before: Sequence[RecordedEvent],
) -> Handled[Event]:
    """Return the events of an append, as the log has them now."""
    rows = rows_of(request, result, before[-1].hash if before else GENESIS)
    if rows and rows[-1].hash != result.hash:  # personal fields were sealed on the way
        return await with_events(log, codec, result)
    return Handled(events=known(codec, rows), result=result)


async def first_answer[Event](
    log: Log, codec: Codec[Event], stream: str, record: CommandRecord, request_digest: bytes
) -> Handled[Event]:
    """Return what the command was answered the first time, though today it would be refused.

    Raises: KeyReused.
    """
    if (record.stream, record.request_digest) != (stream, request_digest):
        raise key_reused(record.command_id)
    return await with_events(log, codec, record.answer(Verdict.DUPLICATE))


async def with_events[Event](log: Log, codec: Codec[Event], result: AppendResult) -> Handled[Event]:
    """Return an earlier answer together with the events it was about."""
    first = result.first_position
    count = 0 if first is None else result.last_position - first + 1
    stored = await log.read_stream(result.stream, result.version - count) if count else []
    return Handled(events=known(codec, await log.opened(stored[:count])), result=result)


def known[Event](
    codec: Codec[Event], stored: Sequence[RecordedEvent]
) -> tuple[Recorded[Event], ...]:
    """Return the events decoded, every one of them known: no decision on half a history.

    Raises: EventTooNew.
    """
    decoded: list[Recorded[Event]] = []
    for recorded in map(codec.decode, stored):
        if isinstance(recorded.event, UnknownEvent):
            raise EventTooNew(
                f"{recorded.stream} holds {recorded.event.type}, unknown to this process"
            )
        decoded.append(cast("Recorded[Event]", recorded))
    return tuple(decoded)


def conflict(stream: str, version: int) -> StreamConflict:
    """Return the refusal that tells the version to start from."""
    return StreamConflict(
        f"It is at version {version} now: read it again, and repeat the request if it still fits.",
        stream=stream,
        version=version,
    )


def key_reused(command_id: UUID) -> KeyReused:
    """Return the refusal of one key for two requests."""
    return KeyReused(
        "This idempotency key belongs to another request: use a new one.",
        command_id=str(command_id),
    )
