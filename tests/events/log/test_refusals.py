"""Refused commands beside the log: kept once, in one order, and never changed."""

import asyncio
from uuid import UUID, uuid4

import pytest

from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.log.refusals import PostgresRefusals, RefusedCommand
from tests.events.log.requests import append, data
from tests.events.log.test_append_only import attempt
from tests.servers import Database

pytestmark = pytest.mark.stack


def refused(command_id: UUID | None = None, **more: str) -> RefusedCommand:
    return RefusedCommand(
        command_id=command_id or uuid4(),
        command="resolve_incident",
        target=more.get("target", "incident-1"),
        refusal=more.get("refusal", "NotTheCommander"),
        metadata=Metadata(
            principal=more.get("principal", "api_key:desk"),
            on_behalf_of=more.get("on_behalf_of"),
            correlation_id="a-request",
        ),
    )


async def test_a_refusal_is_kept_behind_the_event_that_was_the_newest(log: PostgresLog) -> None:
    refusals = PostgresRefusals(log.database)
    first = refused(on_behalf_of="ada")
    await refusals.record(first)
    await log.append(append("notes-1", data()))
    await refusals.record(refused())
    kept = await refusals.after(0, 10)
    assert [(one.number, one.position) for one in kept] == [(1, 0), (2, 1)]
    assert (kept[0].command_id, kept[0].metadata) == (first.command_id, first.metadata)


async def test_the_same_refusal_of_a_command_is_kept_once_and_another_one_beside_it(
    log: PostgresLog,
) -> None:
    refusals, command_id = PostgresRefusals(log.database), uuid4()
    await asyncio.gather(*(refusals.record(refused(command_id)) for _ in range(8)))
    await refusals.record(refused(command_id, refusal="IncidentEnded"))
    kept = await refusals.after(0, 10)
    assert [one.refusal for one in kept] == ["NotTheCommander", "IncidentEnded"]


async def test_numbers_have_no_hole_however_many_are_refused_at_once(log: PostgresLog) -> None:
    refusals = PostgresRefusals(log.database)
    await asyncio.gather(*(refusals.record(refused()) for _ in range(30)))
    assert [one.number for one in await refusals.after(0, 100)] == list(range(1, 31))
    assert [one.number for one in await refusals.after(28, 1)] == [29]


async def test_refusals_are_found_by_who_was_refused_and_by_what_it_was_for(
    log: PostgresLog,
) -> None:
    refusals = PostgresRefusals(log.database)
    await refusals.record(refused(on_behalf_of="ada", target="incident-1"))
    await refusals.record(refused(on_behalf_of="ben", target="incident-2"))
    assert [one.number for one in await refusals.after(0, 9, principal="ada")] == [1]
    assert [one.number for one in await refusals.after(0, 9, principal="api_key:desk")] == [1, 2]
    assert [one.number for one in await refusals.after(0, 9, target="incident-2")] == [2]
    assert await refusals.after(0, 9, up_to_position=-1) == []


@pytest.mark.parametrize("change", ["delete from", "truncate", "update"])
async def test_nobody_takes_a_refusal_back(
    log: PostgresLog, database: Database, change: str
) -> None:
    await PostgresRefusals(log.database).record(refused())
    sql = f"{change} es.refusal" + (" set principal = 'nobody'" if change == "update" else "")
    for dsn, words in (
        (database.app_dsn, "permission denied"),
        (database.projector_dsn, "permission denied"),
        (database.owner_dsn, "append-only"),
    ):
        assert words in (await attempt(dsn, sql) or "")
    error = await attempt(database.app_dsn, "insert into es.refusal (number) values (7)")
    assert "permission denied" in (error or "")
