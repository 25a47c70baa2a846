"""R1-R7: what the log promises its readers, on real PostgreSQL (docs/log.md)."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import pairwise

import asyncpg
import pytest

from events.errors import LogRefused
from events.log.append_statements import DurableCommit
from events.log.postgres import PostgresLog
from events.log.queues.outbox import PostgresOutbox
from events.log.recorded import NO_STREAM, Append, OutboxEntry, RecordedEvent, Verdict
from tests.events.log.requests import append, data
from tests.servers import Database

pytestmark = pytest.mark.stack

HOLD = """
create function public.hold() returns trigger language plpgsql as $$
begin
    if new.type = 'test.held' then perform pg_advisory_xact_lock(42); end if;
    if new.type = 'test.poison' then raise exception 'poison'; end if;
    return new;
end $$;
create trigger hold before insert on es.event for each row execute function public.hold();
"""


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_dsn)
    yield connection
    await connection.close()


@pytest.fixture(params=["sync", "two_phase"])
async def processes(
    database: Database, request: pytest.FixtureRequest
) -> AsyncIterator[list[PostgresLog]]:
    """Three processes that append to one log, each with its own group commit."""
    mode: DurableCommit = request.param
    opened = [await PostgresLog.open(database.app_dsn, durable_commit=mode) for _ in range(3)]
    yield opened
    for log in opened:
        await log.close()


class Tail:
    """A reader that follows the log as a projection does: position above the cursor, no fence."""

    def __init__(self, log: PostgresLog) -> None:
        self._log = log
        self.seen: list[RecordedEvent] = []

    async def follow_to(self, position: int) -> None:
        async with asyncio.timeout(10):
            while len(self.seen) < position:
                cursor = self.seen[-1].position if self.seen else 0
                self.seen += await self._log.read_all(cursor, 100)
                await asyncio.sleep(0.002)


async def test_r1_positions_stay_dense_through_conflicts_rollbacks_and_poison(
    processes: list[PostgresLog], owner: asyncpg.Connection
) -> None:
    await owner.execute(HOLD)
    kinds: list[Callable[[], Append]] = [
        lambda: append("notes-1", data()),
        lambda: append("notes-1", data(), expected=NO_STREAM),
        lambda: append("notes-2", data(), data(type_="test.poison")),
        lambda: append(f"notes-{random.randrange(9)}", data(), data()),
    ]
    requests = [kind() for kind in kinds for _ in range(25)]
    random.shuffle(requests)
    results = await asyncio.gather(
        *(random.choice(processes).append(request) for request in requests), return_exceptions=True
    )
    poisoned = [one for one in results if isinstance(one, BaseException)]
    assert len(poisoned) == 25
    assert all(isinstance(one, LogRefused) for one in poisoned)
    events = await processes[0].read_all(0)
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert len(events) >= 75


async def test_r2_a_reader_misses_nothing_behind_an_append_that_is_held_up(
    processes: list[PostgresLog], owner: asyncpg.Connection
) -> None:
    await owner.execute(HOLD)
    tail = Tail(processes[2])
    following = asyncio.create_task(tail.follow_to(102))
    await processes[0].append(append("notes-1", data()))
    await owner.execute("select pg_advisory_lock(42)")
    held = asyncio.create_task(processes[0].append(append("notes-1", data(type_="test.held"))))
    await asyncio.sleep(0.1)
    others = [
        asyncio.create_task(processes[n % 2].append(append(f"notes-{n}", data())))
        for n in range(100)
    ]
    await asyncio.sleep(0.3)
    assert [event.position for event in tail.seen] == [1]
    await owner.execute("select pg_advisory_unlock(42)")
    results = await asyncio.gather(held, *others)
    await following
    assert [event.position for event in tail.seen] == list(range(1, 103))
    assert {event.command_id for event in tail.seen[1:]} == {
        event.command_id for event in await processes[0].read_all(1)
    }
    assert sorted(result.last_position for result in results) == list(range(2, 103))


async def test_r2_an_unrelated_long_transaction_does_not_hold_readers_up(
    processes: list[PostgresLog], owner: asyncpg.Connection
) -> None:
    async with owner.transaction(isolation="repeatable_read"):
        await owner.execute("create table public.unrelated as select 1 as n")
        await processes[0].append(append("notes-1", data()))
        assert len(await processes[1].read_all(0)) == 1


async def test_r3_each_stream_is_a_part_of_the_one_order(processes: list[PostgresLog]) -> None:
    await asyncio.gather(
        *(processes[n % 3].append(append(f"notes-{n % 5}", data(), data())) for n in range(60))
    )
    for name in range(5):
        stream = await processes[0].read_stream(f"notes-{name}")
        assert [event.version for event in stream] == list(range(1, 25))
        assert all(one.position < next_.position for one, next_ in pairwise(stream))


async def test_r4_recorded_at_never_decreases_when_the_clock_is_set_back(
    log: PostgresLog, owner: asyncpg.Connection
) -> None:
    await log.append(append("notes-1", data()))
    (before,) = await log.read_all(0)
    tomorrow = before.recorded_at + timedelta(days=1)
    await owner.execute(
        "insert into es.event (position, stream, version, event_id, command_id, ordinal, type,"
        " schema_version, recorded_at, payload, meta, hash, request_digest)"
        " select 2, stream, 2, gen_random_uuid(), gen_random_uuid(), 0, type, 1, $1, payload, meta,"
        " hash, request_digest from es.event",
        tomorrow,
    )
    result = await log.append(append("notes-1", data()))
    assert result.recorded_at == tomorrow
    assert [event.recorded_at for event in await log.read_all(1)] == [tomorrow, tomorrow]


async def test_r6_what_leaves_the_database_leaves_with_its_event(
    processes: list[PostgresLog],
) -> None:
    entry = OutboxEntry(kind="start_incident_workflow", key="incident-1", body=b'{"id":1}')
    stored = append("incident-1", data(), expected=NO_STREAM, outbox=(entry,))
    refused = append("incident-1", data(), expected=NO_STREAM, outbox=(entry,))
    results = [await processes[0].append(one) for one in (stored, stored, refused)]
    (work,) = await PostgresOutbox(processes[1].database).claim()
    assert [one.verdict for one in results] == [
        Verdict.APPENDED,
        Verdict.DUPLICATE,
        Verdict.CONFLICT,
    ]
    assert (work.kind, work.key, work.body) == (entry.kind, entry.key, entry.body)
    assert len(await processes[1].read_stream("incident-1")) == 1


async def test_r7_a_write_is_read_by_every_process_as_soon_as_it_is_answered(
    processes: list[PostgresLog],
) -> None:
    for n in range(30):
        result = await processes[n % 3].append(append("notes-1", data()))
        reader = processes[(n + 1) % 3]
        assert await reader.head() >= result.last_position
        assert len(await reader.read_stream("notes-1")) == n + 1


async def test_one_poisoned_request_among_200_in_one_flush_hurts_only_itself(
    log: PostgresLog, owner: asyncpg.Connection
) -> None:
    await owner.execute(HOLD)
    requests = [append("notes-1", data(f"{n}".encode())) for n in range(200)]
    requests[77] = append("notes-1", data(type_="test.poison"))
    results = await asyncio.gather(
        *(log.append(request) for request in requests), return_exceptions=True
    )
    assert isinstance(results[77], LogRefused)
    stored = await log.read_stream("notes-1")
    assert [event.payload for event in stored] == [f"{n}".encode() for n in range(200) if n != 77]
