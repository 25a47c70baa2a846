"""A raised version: people read the old rows until the new ones stand in their place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import pytest

from events.configuration.responder import ContactMethod, ResponderRegistered
from events.ids import ResponderId, SubjectId, incident_stream, responder_stream
from events.log.postgres import PostgresLog
from events.log.recorded import Recorded
from events.subject.events import SubjectForgotten
from projections.configuration import tables as configuration
from projections.engine.catching_up import wait_for
from projections.engine.projection import Projection
from projections.engine.quarantine import list_quarantined
from projections.engine.rows import Batch, Rows
from projections.incidents import board as incident_board
from projections.incidents import timeline
from projections.incidents.board_list import BoardFilter, find_incident, list_incidents
from projections.lag import Lag, lag
from projections.registry import VERSIONS
from projections.revisions.rebuild import Rebuild, RebuildOvertaken
from projections.revisions.upgrading import Upgrades
from services.jobs import run_forever
from services.projector.projection_jobs import projection_job, upgrade_job
from tests.keys import keyring
from tests.projections.stories import catch_up, forget, projector, rows_of, story, tell, tell_whole
from tests.projections.test_quarantine import Allergic
from tests.servers import Database

pytestmark = pytest.mark.stack

OLD = "an old way of saying it"
BOARD = incident_board.VERSION  # before a test raises it
TIMELINE = timeline.VERSION


def raised(monkeypatch: pytest.MonkeyPatch, projection: Projection, version: int) -> None:
    """Be a program whose rules of this projection have another version."""
    monkeypatch.setattr(projection, "VERSION", version)
    monkeypatch.setitem(VERSIONS, projection.NAME, version)


@asynccontextmanager
async def upgrades(
    database: Database, *projections: Projection, patience: float = 60.0
) -> AsyncIterator[Upgrades]:
    connection = await asyncpg.connect(database.projector_dsn)
    try:
        yield Upgrades(
            connection,
            "an upgrade",
            projections,
            keyring=keyring(),
            patience=patience,
        )
    finally:
        await connection.close()


async def old_rows(database: Database) -> None:
    """Write what only the rules from before would have written."""
    connection = await asyncpg.connect(database.projector_dsn)
    await connection.execute("update read.incident_board set title = $1", OLD)
    await connection.close()


async def standing(reader: asyncpg.Connection, name: str) -> Lag:
    return next(one for one in await lag(reader) if one.name == name)


async def test_readers_have_the_old_rows_until_the_new_ones_take_their_place(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The projector process as it is deployed: both of its tasks, and events that go on coming."""
    monkeypatch.setattr("projections.engine.log_batches.BATCH", 25)
    for number in range(1001, 1006):
        await tell_whole(log, story(number))
    await catch_up(database)
    await old_rows(database)
    raised(monkeypatch, incident_board, BOARD + 1)
    old = (await standing(reader, "incident_board")).revision
    later, seen, upgraded = story(1006), set[tuple[int, str]](), asyncio.Event()

    async def look() -> None:
        while not upgraded.is_set():
            rows = await list_incidents(reader, BoardFilter(), None, 100)
            told = {row.title for row in rows.rows if row.reference != later.reference}
            seen.add((len(rows.rows), "/".join(sorted(told))))
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    await tell_whole(log, later)
    working = [
        asyncio.create_task(run_forever(projection_job(database.projector_dsn, lambda: None))),
        asyncio.create_task(run_forever(upgrade_job(database.projector_dsn))),
    ]
    assert await wait_for(log.database, tuple(VERSIONS), await log.head(), 30)
    await asyncio.sleep(0)
    upgraded.set()
    await looking
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)

    assert seen <= {(5, OLD), (6, "Checkout is down")}
    assert (5, OLD) in seen
    assert await reader.fetchval(f"select count(*) from read.incident_board_r{old}") == 5
    upgraded_rows = await rows_of(database)
    await forget(database)
    await catch_up(database)
    assert await rows_of(database) == upgraded_rows


async def test_health_says_whose_rows_are_shown_until_the_upgrade_is_done(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    raised(monkeypatch, incident_board, BOARD + 1)
    await catch_up(database)  # a projector of the new version leaves the old rows alone
    before = await standing(reader, "incident_board")
    assert before.cause == (
        f"shows the rows of version {BOARD}: no projector builds those of version {BOARD + 1} yet"
    )
    async with upgrades(database, incident_board) as ours:
        await ours.look()
    after = await standing(reader, "incident_board")
    assert (after.revision, after.version) == (before.revision + 1, BOARD + 1)
    assert (after.cause, after.events) == (None, 0)


async def test_the_program_from_before_leaves_new_rows_to_the_projector_that_writes_them(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rolling deployment; and a rollback, once nobody runs the newer program any more."""
    await tell_whole(log, story())
    raised(monkeypatch, incident_board, BOARD + 1)
    async with (
        projector(database) as newer,
        upgrades(database, incident_board, patience=0) as old,
    ):
        assert await newer.step()
        raised(monkeypatch, incident_board, BOARD)
        await old.look()
        assert (await standing(reader, "incident_board")).version == BOARD + 1
        await newer.release()
        await old.look()
        assert (await standing(reader, "incident_board")).version == BOARD


async def test_one_look_at_rows_that_nobody_writes_is_not_enough_for_the_older_program(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tell_whole(log, story())
    raised(monkeypatch, incident_board, BOARD + 1)
    await catch_up(database)  # and its lease is free
    raised(monkeypatch, incident_board, BOARD)
    async with upgrades(database, incident_board, patience=60) as old:
        await old.look()
        await old.look()
    assert (await standing(reader, "incident_board")).version == BOARD + 1


async def test_of_two_projectors_one_builds_and_the_other_waits(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    raised(monkeypatch, timeline, TIMELINE + 1)
    before = await standing(reader, "timeline")
    async with upgrades(database, timeline) as one, upgrades(database, timeline) as other:
        await asyncio.gather(one.look(), other.look())
    after = await standing(reader, "timeline")
    assert (after.revision, after.version) == (before.revision + 1, TIMELINE + 1)
    stages = await reader.fetch("select stage from es.projection where name = 'timeline'")
    assert sorted(row["stage"] for row in stages) == ["live", "retired"]


async def test_who_saw_the_old_rows_before_another_built_new_ones_does_not_build_them_again(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    raised(monkeypatch, timeline, TIMELINE + 1)
    seen = await standing(reader, "timeline")
    async with upgrades(database, timeline) as one:
        await one.look()
    connection = await asyncpg.connect(database.projector_dsn)
    late = Rebuild(connection, timeline, "late")
    with pytest.raises(RebuildOvertaken):
        await late.run(instead_of=seen.revision)
    await connection.close()
    stages = await reader.fetch("select stage from es.projection where name = 'timeline'")
    assert sorted(row["stage"] for row in stages) == ["live", "retired"]


async def test_an_event_that_cannot_be_applied_quarantines_its_incident_and_the_upgrade_goes_on(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    bad, good = story(1), story(2)
    await tell(log, incident_stream(bad.incident_id), bad.declared(), bad.triaged(), bad.closed())
    await tell(log, incident_stream(good.incident_id), good.declared(), good.acknowledged())
    await catch_up(database)
    newer = Allergic(timeline, "incident.triaged")
    newer.VERSION = TIMELINE + 1
    before = await standing(reader, "timeline")
    async with upgrades(database, newer) as ours:
        await ours.look()
    [quarantined] = await list_quarantined(reader)
    assert (quarantined.revision, quarantined.position, quarantined.error) == (
        before.revision + 1,
        2,
        "ValueError",
    )
    assert quarantined.key == incident_stream(bad.incident_id)
    assert len(await timeline.read_timeline(reader, bad.incident_id)) == 1
    assert len(await timeline.read_timeline(reader, good.incident_id)) == 2
    newer.dislikes = None
    async with projector(database, [newer]) as runner:
        await runner.tend()
    assert not await list_quarantined(reader)
    assert len(await timeline.read_timeline(reader, bad.incident_id)) == 3


class Incapable(Allergic):
    """A projection that has no key for what it cannot stand."""

    def key_of(self, recorded: Recorded[object]) -> str | None:
        return None


async def test_an_upgrade_that_cannot_end_leaves_the_old_rows_and_says_why(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    await tell_whole(log, story())
    await catch_up(database)
    newer = Incapable(incident_board, "incident.triaged")
    newer.VERSION = BOARD + 1
    before = await standing(reader, "incident_board")
    async with upgrades(database, newer) as ours:
        await ours.look()
        await ours.look()  # not again at once
    after = await standing(reader, "incident_board")
    assert (after.revision, after.version, after.state) == (before.revision, BOARD, "halted")
    says = f"version {BOARD + 1} cannot be built: incident_board cannot apply the event at"
    assert says in str(after.cause)
    built = f"read.incident_board_r{before.revision + 1}"
    assert await reader.fetchval("select to_regclass($1)", built) is None
    assert len((await rows_of(database))["incident_board"]) == 1


class BreaksBetween:
    """The board, which breaks after its rows are written down, as a constraint would."""

    def __init__(self) -> None:
        self.NAME, self.VERSION, self.TABLES = incident_board.NAME, BOARD + 1, incident_board.TABLES
        self.COMPLETE = incident_board.COMPLETE

    def key_of(self, recorded: Recorded[object]) -> str | None:
        return incident_board.key_of(recorded)

    async def project(self, batch: Batch, tx: Rows) -> None:
        await incident_board.project(batch, tx)
        if any(getattr(one.event, "type", "") == "incident.closed" for one in batch):
            raise ValueError


async def test_rows_of_a_quarantined_incident_stay_as_they_were_before_the_event(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared(), told.closed())
    await catch_up(database)
    async with upgrades(database, BreaksBetween()) as ours:
        await ours.look()
    row = await find_incident(reader, told.incident_id)
    assert row is not None
    assert (row.position, row.closed_at) == (1, None)


async def test_who_is_forgotten_during_an_upgrade_is_forgotten(
    database: Database, reader: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No projection is live to see the event, so the upgrade destroys the key."""
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    email = ContactMethod(channel="email", address="ada@example.org", secret=None)
    registered = ResponderRegistered(
        responder_id=ResponderId("ada"),
        name="Ada Lovelace",
        contact_methods=(email,),
        registered_by="api_key:desk",
        registered_at=at,
    )
    forgotten = SubjectForgotten(
        subject_id=SubjectId("ada"), reason="left", forgotten_by="api_key:desk", forgotten_at=at
    )
    sealed = await PostgresLog.open(database.app_dsn, keyring=keyring())
    await tell(sealed, responder_stream(ResponderId("ada")), registered)
    async with projector(database, [configuration]):
        pass
    raised(monkeypatch, configuration, configuration.VERSION + 1)
    await tell(sealed, "subject-ada", forgotten)
    await sealed.close()
    async with upgrades(database, configuration) as ours:
        await ours.look()
    owner = await asyncpg.connect(database.owner_dsn)
    assert await owner.fetchval("select every(wrapped_key is null) from es.subject_key")
    await owner.close()
    kept = await reader.fetch("select to_jsonb(t)::text from read.responder t")
    assert not any("Lovelace" in row[0] for row in kept)
