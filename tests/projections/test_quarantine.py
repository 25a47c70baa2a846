"""An event that cannot be applied: its key waits aside, the others go on, and people are told."""

import asyncpg
import pytest

from events.ids import incident_stream
from events.log.postgres import PostgresLog
from events.log.recorded import Recorded
from projections.engine.projection import Projection
from projections.engine.quarantine import ask_again, is_poison, list_quarantined
from projections.engine.rows import Batch, Rows
from projections.incidents import board as incident_board
from projections.incidents import timeline
from projections.incidents.board_list import find_incident
from projections.lag import lag
from tests.projections.stories import Story, catch_up, projector, rows_of, story, tell, tell_whole
from tests.servers import Database

stack = pytest.mark.stack
SECRET = "ana@example.org"


class Allergic:
    """A projection that cannot stand one type of event."""

    def __init__(self, to: Projection, dislikes: str) -> None:
        self.NAME, self.VERSION, self.TABLES = to.NAME, to.VERSION, to.TABLES
        self.COMPLETE = to.COMPLETE
        self.dislikes: str | None = dislikes
        self._to = to

    def key_of(self, recorded: Recorded[object]) -> str | None:
        return self._to.key_of(recorded)

    async def project(self, batch: Batch, tx: Rows) -> None:
        if any(getattr(one.event, "type", "") == self.dislikes for one in batch):
            raise ValueError(SECRET)
        await self._to.project(batch, tx)


@stack
async def test_one_bad_event_quarantines_its_incident_and_every_other_incident_goes_on(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    bad, good = story(1), story(2)
    allergic = Allergic(timeline, "incident.triaged")
    await tell(log, incident_stream(bad.incident_id), bad.declared(), bad.triaged(), bad.closed())
    await tell(log, incident_stream(good.incident_id), good.declared(), good.acknowledged())
    async with projector(database, [allergic, incident_board]) as runner:
        assert await runner.step()
        await tell(log, incident_stream(good.incident_id), good.closed())
        assert await runner.step()

        assert len(await timeline.read_timeline(reader, good.incident_id)) == 3
        assert len(await timeline.read_timeline(reader, bad.incident_id)) == 1
        [quarantined] = await list_quarantined(reader)
        assert (quarantined.key, quarantined.position) == (incident_stream(bad.incident_id), 2)
        assert (quarantined.error, quarantined.type) == ("ValueError", "incident.triaged")
        assert SECRET not in await reader.fetchval("select k::text from read.quarantine k")
        causes = {one.name: one.cause for one in await lag(reader)}
        assert causes["timeline"] == "1 key quarantined"
        assert causes["incident_board"] is None

        await ask(database, "timeline", quarantined.key)
        await runner.tend()
        [still] = await list_quarantined(reader)
        assert (still.attempts, still.retry) == (2, False)

        allergic.dislikes = None
        await ask(database, "timeline", None)
        await runner.tend()
        assert not await list_quarantined(reader)
    assert len(await timeline.read_timeline(reader, bad.incident_id)) == 3
    assert {one.events for one in await lag(reader) if one.name == "timeline"} == {0}


async def ask(database: Database, name: str, key: str | None) -> None:
    connection = await asyncpg.connect(database.projector_dsn)
    assert await ask_again(connection, name, key)
    await connection.close()


@stack
async def test_a_new_program_tries_what_the_old_one_quarantined(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    for number in (1, 2):
        await tell_whole(log, story(number))
    async with projector(database, [Allergic(incident_board, "incident.triaged")]) as runner:
        assert await runner.step()
    assert len(await list_quarantined(reader)) == 2
    async with projector(database) as runner:
        await runner.tend()
        await runner.step()
    assert not await list_quarantined(reader)
    mended = await rows_of(database)
    connection = await asyncpg.connect(database.projector_dsn)
    await connection.execute("delete from es.projection")
    await connection.close()
    await catch_up(database)
    assert await rows_of(database) == mended


@stack
async def test_an_event_of_a_newer_program_halts_the_timeline_and_elsewhere_quarantines_its_key(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told, other = story(1), story(2)
    await tell(log, incident_stream(told.incident_id), told.declared())
    await dance(database)
    await tell(log, incident_stream(told.incident_id), told.acknowledged())
    await tell(log, incident_stream(other.incident_id), other.declared())
    await catch_up(database)
    causes = {one.name: one.cause for one in await lag(reader)}
    assert causes["incident_board"] == causes["incident_detail"] == "1 key quarantined"
    assert "EventUnknown at position 2 (incident.danced, version 3)" in str(causes["timeline"])
    assert causes["alerts"] is causes["configuration"] is None
    assert await shown(reader, told) == "declared"
    assert await shown(reader, other) == "declared"
    assert not await timeline.read_timeline(reader, other.incident_id)


async def dance(database: Database) -> None:
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute(
        "insert into es.event (position, stream, version, event_id, command_id, ordinal, type,"
        " schema_version, recorded_at, payload, meta, hash, request_digest)"
        " select 2, stream, 2, gen_random_uuid(), gen_random_uuid(), 0, 'incident.danced', 3,"
        " recorded_at, payload, meta, sha256(hash), request_digest from es.event"
    )
    await owner.close()


async def shown(reader: asyncpg.Connection, told: Story) -> str:
    row = await find_incident(reader, told.incident_id)
    assert row is not None
    return row.status


@pytest.mark.parametrize(
    ("failure", "at_fault"),
    [
        (ValueError("x"), True),
        (KeyError("x"), True),
        (asyncpg.DataError("x"), True),
        (asyncpg.NotNullViolationError("x"), True),
        (asyncpg.UndefinedColumnError("x"), False),
        (asyncpg.LockNotAvailableError("x"), False),
        (asyncpg.InterfaceError("x"), False),
        (TimeoutError(), False),
        (ConnectionResetError(), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_an_events_own_fault_quarantines_it(failure: Exception, *, at_fault: bool) -> None:
    assert is_poison(failure) is at_fault


@stack
async def test_when_every_key_fails_it_is_the_program_that_is_wrong_and_the_projection_halts(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("projections.live.runner.MOST", 2)
    for number in range(4):
        told = story(number)
        await tell(log, incident_stream(told.incident_id), told.declared(), told.triaged())
    async with projector(database, [Allergic(timeline, "incident.triaged")]) as runner:
        await runner.step()
    assert len(await list_quarantined(reader)) == 2
    [cause] = [one.cause for one in await lag(reader) if one.name == "timeline"]
    assert cause == "halted: ValueError at position 6 (incident.triaged)"
