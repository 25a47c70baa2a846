"""Turns on a real PostgreSQL: several workers at once, restarts, and no address in the table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from events.delivery.limits import Asking, Limits, Waiting, Window
from events.delivery.turns import Go, Told, Turn, Wait
from events.ids import DeliveryId
from events.log.database import Database as Pool
from events.log.queues.contact_turns import ContactTurns, PostgresTurns
from events.log.queues.memory_contact_turns import MemoryTurns
from tests.servers import Database

CONTACT, OTHER = bytes(range(32)), bytes(32)
LIMITS = Limits(pause=timedelta(minutes=1), windows=(Window(messages=5, span=timedelta(hours=1)),))
NO_LIMITS = Limits(windows=(Window(messages=1_000, span=timedelta(hours=1)),))


def page(urgency: int = 4, *, first: bool = True) -> Waiting:
    asking = Asking(delivery_id=DeliveryId(uuid4()), urgency=urgency, first=first)
    return Waiting(
        asking=asking, kind="page", about=str(uuid4()), incident_id=None, at=datetime.now(UTC)
    )


def ids(*messages: Waiting) -> list[DeliveryId]:
    return [one.asking.delivery_id for one in messages]


def id_of(message: Waiting) -> DeliveryId:
    return message.asking.delivery_id


@pytest.fixture
async def workers(database: Database) -> AsyncIterator[list[PostgresTurns]]:
    """Three processes, each with connections of its own."""
    async with AsyncExitStack() as stack:
        opened = [await Pool.open(database.app_dsn, largest=4) for _ in range(3)]
        for pool in opened:
            stack.push_async_callback(pool.close)
        yield [PostgresTurns(pool) for pool in opened]


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.stack)])
def turns(request: pytest.FixtureRequest) -> ContactTurns:
    if request.param == "memory":
        return MemoryTurns()
    found: list[PostgresTurns] = request.getfixturevalue("workers")
    return found[0]


async def test_one_goes_and_what_comes_after_it_is_told_together(turns: ContactTurns) -> None:
    first, *rest = [page() for _ in range(4)]
    worst = page(urgency=5, first=False)
    assert await turns.turn(CONTACT, first, LIMITS) == Go()
    await turns.handed_over(CONTACT, id_of(first), [], [])
    for one in (*rest, worst):
        assert isinstance(await turns.turn(CONTACT, one, LIMITS), Wait)
    late = page()
    go = await turns.turn(CONTACT, late, NO_LIMITS)  # as if the minute were over
    assert isinstance(go, Go)
    assert next(one.asking for one in go.others) == worst.asking
    assert {one.asking for one in go.others} == {one.asking for one in (*rest, worst)}
    assert isinstance(await turns.turn(CONTACT, rest[0], NO_LIMITS), Wait)  # it is being told
    await turns.handed_over(CONTACT, id_of(late), ids(*rest), ids(worst))
    for one in rest:
        assert await turns.turn(CONTACT, one, LIMITS) == Told(told_with=late.asking.delivery_id)
        assert await turns.told_with(id_of(one)) == late.asking.delivery_id
    assert await turns.told_with(id_of(late)) is None
    assert await turns.turn(CONTACT, page(), NO_LIMITS) == Go()


async def test_what_certainly_did_not_go_out_took_no_turn(turns: ContactTurns) -> None:
    away, waiting = page(), page()
    assert await turns.turn(CONTACT, away, LIMITS) == Go()
    assert isinstance(await turns.turn(CONTACT, waiting, LIMITS), Wait)
    await turns.given_back(CONTACT, id_of(away))
    go = await turns.turn(CONTACT, away, LIMITS)
    assert isinstance(go, Go)
    assert [one.asking for one in go.others] == [waiting.asking]


async def test_whose_outcome_is_unknown_goes_again_with_what_it_told(turns: ContactTurns) -> None:
    first, told, late = page(), page(), page()
    await turns.turn(CONTACT, first, LIMITS)
    await turns.handed_over(CONTACT, id_of(first), [], [])
    await turns.turn(CONTACT, told, LIMITS)
    leader = page()
    await turns.turn(CONTACT, leader, NO_LIMITS)
    await turns.turn(CONTACT, late, LIMITS)
    again = await turns.turn(CONTACT, leader, LIMITS)
    assert isinstance(again, Go)
    assert [one.asking for one in again.others] == [told.asking]


async def test_another_contact_has_turns_of_its_own(turns: ContactTurns) -> None:
    assert await turns.turn(CONTACT, page(), LIMITS) == Go()
    assert await turns.turn(OTHER, page(), LIMITS) == Go()


@pytest.mark.stack
async def test_of_many_that_ask_several_workers_at_once_one_goes(
    workers: list[PostgresTurns],
) -> None:
    pages = [page() for _ in range(60)]
    asked = [workers[number % 3].turn(CONTACT, one, LIMITS) for number, one in enumerate(pages)]
    turns: list[Turn] = await asyncio.gather(*asked)
    went = [one for one, turn in zip(pages, turns, strict=True) if isinstance(turn, Go)]
    assert len(went) == 1
    await workers[0].handed_over(CONTACT, id_of(*went), [], [])
    waiting = [one for one in pages if one is not went[0]]
    asked = [
        workers[number % 3].turn(CONTACT, one, NO_LIMITS) for number, one in enumerate(waiting)
    ]
    bundles = [turn for turn in await asyncio.gather(*asked) if isinstance(turn, Go)]
    assert [len(one.others) for one in bundles] == [58]


@pytest.mark.stack
async def test_a_restart_forgets_no_turn_and_a_dead_workers_claim_ends(
    workers: list[PostgresTurns], database: Database
) -> None:
    first, waiting, leader = page(), page(), page()
    await workers[0].turn(CONTACT, first, LIMITS)
    await workers[0].handed_over(CONTACT, id_of(first), [], [])
    assert isinstance(await workers[1].turn(CONTACT, waiting, LIMITS), Wait)
    await workers[1].turn(CONTACT, leader, NO_LIMITS)  # and dies
    assert isinstance(await workers[2].turn(CONTACT, waiting, NO_LIMITS), Wait)
    owner = await asyncpg.connect(database.owner_dsn)
    ago = "clock_timestamp() - interval '2 minutes'"
    await owner.execute(f"update es.contact_message set claimed_at = {ago}")
    await owner.execute(f"update es.contact_handover set handed_at = {ago}")
    assert isinstance(await workers[2].turn(CONTACT, waiting, LIMITS), Go)
    await owner.close()


@pytest.mark.stack
async def test_what_is_old_is_tidied_away(workers: list[PostgresTurns], database: Database) -> None:
    owner = await asyncpg.connect(database.owner_dsn)
    one, waits = page(), page()
    await workers[0].turn(CONTACT, one, LIMITS)
    await workers[0].turn(CONTACT, waits, LIMITS)
    await owner.execute("update es.contact_handover set handed_at = handed_at - interval '2 days'")
    await owner.execute("update es.contact_message set asked_at = asked_at - interval '2 days'")
    await workers[0].handed_over(OTHER, id_of(page()), [], [])
    for table in ("contact_handover", "contact_message"):
        assert await owner.fetchval(f"select count(*) from es.{table}") == 0
    await owner.close()
