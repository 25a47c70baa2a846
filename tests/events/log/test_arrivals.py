"""Arrivals on a real PostgreSQL: many at once, sealed, taken by one sweep, and forgotten by day."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from events.log.database import Database as Pool
from events.log.intake.arrivals import (
    ArrivalOutcome,
    Ending,
    Message,
    PostgresArrivals,
    arrival_id_at,
    tend_arrivals,
)
from tests.keys import keyring
from tests.servers import Database

pytestmark = pytest.mark.stack

NOW = datetime.now(UTC)


def message(number: int = 0, at: datetime = NOW, content: bytes = b"hunter22") -> Message:
    return Message(
        arrival_id=arrival_id_at(at, number.to_bytes(10)),
        at=at,
        integration_id="prometheus",
        source="alertmanager",
        size=1_000_000,
        kept=8,
        sha256=sha256(content).digest(),
        content=content,
    )


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    pool = await Pool.open(database.app_dsn, largest=4)
    yield pool
    await pool.close()


@pytest.fixture
def arrivals(pool: Pool) -> PostgresArrivals:
    return PostgresArrivals(pool, keyring())


async def test_many_at_once_are_kept_each_with_what_became_of_it(
    arrivals: PostgresArrivals,
) -> None:
    many = [message(number) for number in range(1, 501)]
    await asyncio.gather(*map(arrivals.keep, many))
    for one in many[:250]:
        arrivals.ended(one.arrival_id, Ending(outcome=ArrivalOutcome.OPENED, reason="It fires."))
    await asyncio.gather(*(arrivals.keep(message(number)) for number in range(501, 504)))
    await arrivals.flush()
    newest = await arrivals.newest("prometheus", 3, outcome="opened")
    assert [one.arrival_id for one in newest] == [one.arrival_id for one in many[249:246:-1]]
    older = await arrivals.newest("prometheus", 600, before=newest[-1].arrival_id)
    assert len(older) == 247
    assert (await arrivals.waiting(timedelta(0))).number == 253
    found = await arrivals.find(many[0].arrival_id)
    assert found is not None
    assert (found[1], found[0].outcome, found[0].reason) == (b"hunter22", "opened", "It fires.")
    assert await arrivals.find(UUID(int=7)) is None


async def test_whoever_reads_the_database_reads_no_message(
    arrivals: PostgresArrivals, pool: Pool
) -> None:
    await arrivals.keep(message())
    stored = await pool.fetchval("select row_to_json(a)::text from es.arrival a")
    assert "hunter22" not in stored
    assert b"hunter22".hex() not in stored


async def test_two_sweeps_never_take_the_same_message_and_the_first_ending_stays(
    arrivals: PostgresArrivals, database: Database
) -> None:
    await asyncio.gather(*(arrivals.keep(message(number)) for number in range(1, 21)))
    other = await Pool.open(database.app_dsn)
    second = PostgresArrivals(other, keyring())
    taken = await asyncio.gather(*(one.claim(12, timedelta(0)) for one in (arrivals, second)))
    ids = [one.arrival_id for part in taken for one, _ in part]
    assert len(ids) == len(set(ids)) == 20
    assert await arrivals.claim(20, timedelta(0)) == []  # not due again yet
    for outcome in (ArrivalOutcome.OPENED, ArrivalOutcome.UNCHANGED):
        arrivals.ended(ids[0], Ending(outcome=outcome, reason=""))
        await arrivals.flush()
    found = await arrivals.find(ids[0])
    assert found is not None
    assert (found[0].outcome, found[0].attempts) == ("opened", 1)
    await other.close()


async def test_what_came_later_from_the_same_sender_is_found_in_order(
    arrivals: PostgresArrivals,
) -> None:
    for number in range(1, 5):
        await arrivals.keep(message(number))
        ending = Ending(outcome=ArrivalOutcome.UNCHANGED, reason="")
        arrivals.ended(message(number).arrival_id, ending)
    await arrivals.flush()
    found = await arrivals.find(message(2).arrival_id)
    assert found is not None
    later = await arrivals.later(found[0], 10)
    assert [one.arrival_id for one, _ in later] == [message(3).arrival_id, message(4).arrival_id]


async def test_days_long_ago_are_forgotten_and_the_next_have_a_table_each(
    arrivals: PostgresArrivals, pool: Pool, database: Database
) -> None:
    long_ago = NOW - timedelta(days=40)
    for number, at in enumerate((NOW, NOW - timedelta(days=20), long_ago), 1):
        await arrivals.keep(message(number, at))
    owner = await asyncpg.connect(database.owner_dsn)
    day = f"{NOW - timedelta(days=50):%Y%m%d}"
    await owner.execute(
        f"create table es.arrival_{day} partition of es.arrival for values"
        f" from (es.arrival_floor('{day}')) to (es.arrival_floor('{day}'::date + 1))"
    )
    assert await tend_arrivals(pool, 30) == 1
    left = await arrivals.newest("prometheus", 10)
    assert [one.arrived_at for one in left] == [NOW, NOW - timedelta(days=20)]
    ahead = f"es.arrival_{NOW + timedelta(days=2):%Y%m%d}"
    assert await pool.fetchval("select to_regclass($1) is not null", ahead)
    assert await tend_arrivals(pool, 30) == 0
    await owner.close()


async def test_who_waits_hears_that_the_database_is_away(arrivals: PostgresArrivals) -> None:
    await arrivals.keep(message(1))
    broken = Message(**{name: getattr(message(2), name) for name in Message.__slots__})
    object.__setattr__(broken, "source", "x" * 101)  # a fault nobody foresaw
    with pytest.raises(Exception, match="value"):
        await asyncio.wait_for(arrivals.keep(broken), 5)
    await arrivals.keep(message(3))


async def test_what_was_taken_is_read_in_order_portion_by_portion_without_replays(
    arrivals: PostgresArrivals,
) -> None:
    assert await arrivals.oldest() is None
    begin, end = NOW - timedelta(days=2), NOW - timedelta(days=1)
    taken = [message(number, begin + timedelta(seconds=number)) for number in range(1, 6)]
    again = replace(
        taken[0], arrival_id=arrival_id_at(begin, bytes(9) + b"x"), replay_of=UUID(int=1)
    )
    refused, waits = message(7, begin), message(8, begin)
    others = [again, refused, waits, message(9, begin - timedelta(days=1)), message(10, end)]
    await asyncio.gather(*map(arrivals.keep, [*taken, *others]))
    for one in (*taken, again, *others[3:]):
        arrivals.ended(one.arrival_id, Ending(outcome=ArrivalOutcome.JOINED, reason=""))
    arrivals.ended(refused.arrival_id, Ending(outcome=ArrivalOutcome.REFUSED, reason=""))
    await arrivals.flush()
    after, until = arrival_id_at(begin, bytes(10)), arrival_id_at(end, bytes(10))
    first = await arrivals.taken(after, until, 3)
    rest = await arrivals.taken(first[-1][0].arrival_id, until, 3)
    assert [one.arrival_id for one, _ in (*first, *rest)] == [one.arrival_id for one in taken]
    assert {content for _, content in first} == {b"hunter22"}
    assert await arrivals.oldest() == begin - timedelta(days=1)


async def test_what_was_tried_in_vain_is_counted(arrivals: PostgresArrivals) -> None:
    for number in range(3):
        await arrivals.keep(message(number))
    assert await arrivals.failed() == 0
    vain = Ending(outcome=ArrivalOutcome.FAILED, reason="A defect, 8 times.")
    arrivals.ended(message(0).arrival_id, vain)
    arrivals.ended(message(1).arrival_id, Ending(outcome=ArrivalOutcome.JOINED, reason="As ever."))
    await arrivals.flush()
    assert await arrivals.failed() == 1
    assert await arrivals.failed(timedelta(hours=1)) == 1
    assert (await arrivals.waiting(timedelta(0))).number == 1
