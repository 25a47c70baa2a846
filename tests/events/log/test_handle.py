import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID, uuid4

import pytest

from events import handle as handling
from events.decider import Decider
from events.errors import CommandRejected, EventTooNew, KeyReused, LogUnavailable, StreamConflict
from events.handle import ATTEMPTS, Handled, handle
from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.recorded import Append, AppendResult, OutboxEntry, RecordedEvent, Verdict
from events.log.store import Log
from tests.events.log.requests import DIGEST, METADATA, OTHER_DIGEST, append, data
from tests.servers import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken:
    by: str
    type: Literal["seat.taken"] = "seat.taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSeat:
    by: str


class TableFull(CommandRejected):
    """Every seat is taken."""


type Seats = tuple[str, ...]


def decide(command: TakeSeat, taken: Seats) -> list[SeatTaken]:
    if command.by in taken:
        return []
    if len(taken) == 2:
        raise TableFull("Both seats are taken.")
    return [SeatTaken(by=command.by)]


TABLE: Decider[TakeSeat, Seats, SeatTaken] = Decider(
    initial=(),
    decide=decide,
    evolve=lambda taken, event: (*taken, event.by),
    event_types=(SeatTaken,),
)


async def take(
    log: Log,
    by: str,
    *,
    command_id: UUID | None = None,
    digest: bytes = DIGEST,
    expected: int | None = None,
    outbox: tuple[OutboxEntry, ...] = (),
) -> Handled[SeatTaken]:
    return await handle(
        log,
        TABLE,
        "table-1",
        TakeSeat(by=by),
        command_id=command_id or uuid4(),
        request_digest=digest,
        metadata=METADATA,
        expected_version=expected,
        outbox=outbox,
    )


async def test_a_command_becomes_events_and_a_receipt(any_log: Log) -> None:
    handled = await take(any_log, "ada")
    await take(any_log, "ben")
    (event,) = handled.events
    (stored, _) = await any_log.read_stream("table-1")
    assert event.event == SeatTaken(by="ada")
    assert event.metadata == METADATA
    assert (event.position, event.version, event.event_id) == (1, 1, stored.event_id)
    assert event.hash == stored.hash == handled.result.hash
    assert not handled.duplicate


async def test_already_so_stores_no_event_but_remembers_the_command(any_log: Log) -> None:
    await take(any_log, "ada")
    command_id = uuid4()
    handled = await take(any_log, "ada", command_id=command_id)
    assert handled.events == ()
    assert await any_log.find_command(command_id) is not None


async def test_a_retry_gets_its_first_answer_though_today_it_would_be_refused(
    any_log: Log,
) -> None:
    command_id = uuid4()
    first = await take(any_log, "ada", command_id=command_id, expected=0)
    await take(any_log, "ben")
    with pytest.raises(TableFull):
        await take(any_log, "cleo")
    again = await take(any_log, "ada", command_id=command_id, expected=0)
    assert again.duplicate
    assert again.events == first.events


async def test_a_retry_of_a_command_without_events_still_has_none(any_log: Log) -> None:
    await take(any_log, "ada")
    command_id = uuid4()
    await take(any_log, "ada", command_id=command_id)
    again = await take(any_log, "ada", command_id=command_id)
    assert again.duplicate
    assert again.events == ()


async def test_one_key_for_two_requests_is_refused_also_when_the_rule_says_no(
    any_log: Log,
) -> None:
    command_id = uuid4()
    await take(any_log, "ada", command_id=command_id)
    with pytest.raises(KeyReused):
        await take(any_log, "ben", command_id=command_id, digest=OTHER_DIGEST)
    await take(any_log, "ben")
    with pytest.raises(KeyReused):
        await take(any_log, "cleo", command_id=command_id, digest=OTHER_DIGEST)


async def test_the_last_seat_goes_to_exactly_one_of_many(any_log: Log) -> None:
    results = await asyncio.gather(
        *(take(any_log, f"guest {n}") for n in range(4)), return_exceptions=True
    )
    assert len([one for one in results if isinstance(one, Handled)]) == 2
    assert len(await any_log.read_stream("table-1")) == 2


async def test_a_stale_expected_version_is_a_conflict_and_is_not_retried(any_log: Log) -> None:
    await take(any_log, "ada")
    with pytest.raises(StreamConflict) as refused:
        await take(any_log, "ben", expected=0)
    assert refused.value.facts == {"stream": "table-1", "version": 1}


async def test_outbox_entries_are_committed_with_the_events() -> None:
    log = MemoryLog()
    entry = OutboxEntry(kind="start", key="table-1", body=b"{}")
    await take(log, "ada", outbox=(entry,))
    await take(log, "ben", outbox=(entry,))
    assert log.outbox == [entry]


async def test_nothing_is_decided_on_a_history_that_cannot_be_read_whole() -> None:
    log = MemoryLog()
    await log.append(append("table-1", data(b"{}", "seat.upholstered")))
    with pytest.raises(EventTooNew):
        await take(log, "ada")


class RacingLog(MemoryLog):
    """A log in which somebody else is always a moment faster."""

    async def append(self, request: Append) -> AppendResult:
        await super().append(append(request.stream, data(b'{"by":"ada"}', "seat.taken")))
        return await super().append(request)


async def test_a_race_that_is_lost_every_time_is_given_up() -> None:
    forgiving: Decider[TakeSeat, Seats, SeatTaken] = Decider(
        initial=(),
        decide=lambda command, taken: [SeatTaken(by=command.by)],
        evolve=TABLE.evolve,
        event_types=TABLE.event_types,
    )
    log = RacingLog()
    with pytest.raises(StreamConflict):
        await handle(
            log,
            forgiving,
            "table-1",
            TakeSeat(by="ben"),
            command_id=uuid4(),
            request_digest=DIGEST,
            metadata=METADATA,
        )
    assert await log.head() == ATTEMPTS


LENIENT: Decider[TakeSeat, Seats, SeatTaken] = Decider(
    initial=(),
    decide=lambda command, taken: [] if command.by in taken else [SeatTaken(by=command.by)],
    evolve=TABLE.evolve,
    event_types=TABLE.event_types,
)


async def seated(log: Log, guest: str, seats: Decider[TakeSeat, Seats, SeatTaken]) -> None:
    handled = await handle(
        log,
        seats,
        "table-1",
        TakeSeat(by=guest),
        command_id=uuid4(),
        request_digest=DIGEST,
        metadata=METADATA,
    )
    assert [one.event for one in handled.events] == [SeatTaken(by=guest)]


class CountingLog(MemoryLog):
    """A log that is slow enough for races, and counts what it is asked."""

    appends = reads = 0

    async def append(self, request: Append) -> AppendResult:
        self.appends += 1
        await asyncio.sleep(0)
        return await super().append(request)

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        self.reads += 1
        await asyncio.sleep(0)
        return await super().read_stream(stream, after_version)


async def test_of_many_writers_of_one_process_nobody_loses_a_race_and_each_looks_once() -> None:
    log = CountingLog()
    await asyncio.gather(*(seated(log, f"guest {n}", LENIENT) for n in range(100)))
    assert (log.appends, log.reads) == (100, 100)


@pytest.mark.stack
async def test_writers_of_several_processes_are_all_served(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handling, "turn", lambda _stream: nullcontext())
    logs = [await PostgresLog.open(database.app_dsn) for _ in range(3)]
    guests = ((log, f"guest {n} of {number}") for n in range(8) for number, log in enumerate(logs))
    await asyncio.gather(*(seated(log, guest, LENIENT) for log, guest in guests))
    assert len(await logs[0].read_stream("table-1")) == 24
    for log in logs:
        await log.close()


COMMUTING = replace(LENIENT, commuting=(TakeSeat,))


async def test_what_commutes_is_stored_without_a_look_and_loses_to_nobody() -> None:
    log = RacingLog()
    await seated(log, "ben", COMMUTING)
    counting = CountingLog()
    await asyncio.gather(*(seated(counting, f"guest {n}", COMMUTING) for n in range(100)))
    assert (counting.appends, await counting.head()) == (100, 100)


async def test_what_commutes_still_happens_once_and_minds_a_version_it_is_given(
    any_log: Log,
) -> None:
    command_id = uuid4()

    async def once(digest: bytes = DIGEST, expected: int | None = None) -> Handled[SeatTaken]:
        return await handle(
            any_log,
            COMMUTING,
            "table-1",
            TakeSeat(by="ada"),
            command_id=command_id,
            request_digest=digest,
            metadata=METADATA,
            expected_version=expected,
        )

    first, again = await once(), await once()
    assert again.duplicate
    assert again.events == first.events
    with pytest.raises(KeyReused):
        await once(OTHER_DIGEST)
    command_id = uuid4()
    with pytest.raises(StreamConflict):
        await once(expected=0)


class ForgetfulLine(MemoryLog):
    """A log whose first answer is lost on the way back."""

    lost = False

    async def append(self, request: Append) -> AppendResult:
        result = await super().append(request)
        if not self.lost:
            self.lost = True
            raise LogUnavailable("the line was cut after the commit")
        return result


async def test_an_answer_lost_on_the_way_is_found_again_by_the_command_id() -> None:
    log = ForgetfulLine()
    command_id = uuid4()
    with pytest.raises(LogUnavailable):
        await take(log, "ada", command_id=command_id)
    again = await take(log, "ada", command_id=command_id)
    assert again.result.verdict is Verdict.DUPLICATE
    assert [one.event for one in again.events] == [SeatTaken(by="ada")]


async def test_what_begins_afresh_is_read_from_there_on(any_log: Log) -> None:
    for kind in ("seat.taken", "table.cleared", "seat.taken", "table.cleared", "seat.left"):
        await any_log.append(append("table-1", data(b"{}", kind)))
    await any_log.append(append("table-2", data(b"{}", "seat.taken")))
    tables = ["table-1", "table-2", "table-3"]
    found = await any_log.read_since(tables, ["table.cleared"])
    assert {table: [one.version for one in found[table]] for table in tables} == {
        "table-1": [4, 5],
        "table-2": [1],
        "table-3": [],
    }


async def test_what_a_command_is_about_is_read_with_the_newest_event(any_log: Log) -> None:
    for guest in ("ada", "ben", "ada", "cleo"):
        await any_log.append(append("table-1", data(f'{{"by":"{guest}"}}'.encode(), "seat.taken")))
    assert [one.version for one in await any_log.read_about("table-1", "ada")] == [1, 3, 4]
    assert [one.version for one in await any_log.read_about("table-1", "nobody")] == [4]
    assert await any_log.read_about("table-2", "ada") == []
