"""Temporal or PostgreSQL comes back from a backup, or not at all: everything agrees again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from events.ids import IncidentId, incident_stream
from events.incident.commands import AcknowledgeIncident, DeclineIncident
from events.log.postgres import PostgresLog
from events.repair.events import Finding
from tests.eventually import eventually
from tests.harness import ADA, ADMIN, now
from tests.projections.stories import catch_up
from tests.servers import Database, command
from tests.services.projector.reconciler.conftest import OwnTemporal, Scene, scene_at
from tests.workflows.conftest import Harness
from tests.workflows.test_faults import update

pytestmark = pytest.mark.stack


async def paged(harness: Harness) -> IncidentId:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=300))
    await harness.page_happens(incident_id, "delivery.sent")
    return incident_id


async def acknowledged(harness: Harness, incident_id: IncidentId) -> None:
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.acknowledged")


async def goes_on(scene: Scene, incident_id: IncidentId, number: int) -> None:
    """Every event is there once, and the next command finds its place."""
    stream = incident_stream(incident_id)
    before = await scene.harness.log.read_stream(stream)
    answer = await scene.harness.give(incident_id, update(number))
    assert answer.version == len(before) + 1
    after = await scene.harness.log.read_stream(stream)
    assert [event.version for event in after] == list(range(1, len(after) + 1))


async def test_a_temporal_that_lost_everything_is_filled_from_the_log(
    own_temporal: OwnTemporal, log: PostgresLog, database: Database
) -> None:
    scene = await scene_at(own_temporal.address, log, database)
    harness = scene.harness
    async with harness.working():
        waiting, taken, over = [await paged(harness) for _ in range(3)]
        await acknowledged(harness, taken)
        await harness.give(over, DeclineIncident(reason="A test", actor=ADMIN, at=now()))
        await harness.incident(over).result()
    before = await log.head()
    await own_temporal.stop()
    own_temporal.restored(None)
    await own_temporal.start()

    scene = await scene_at(own_temporal.address, log, database)
    scene.harness.outbox = harness.outbox
    async with scene.harness.working():
        repaired = await scene.repairs(2)
        assert {one.difference.incident_id for one in repaired} == {waiting, taken}
        await scene.at_peace()
        assert await happened_since(log, before) == {"workflow.repaired"}
        await goes_on(scene, taken, 1)
        await acknowledged(scene.harness, waiting)
    assert len(harness.outbox.sent) == 3


async def test_a_temporal_of_this_morning_catches_up_with_the_log(
    own_temporal: OwnTemporal, log: PostgresLog, database: Database
) -> None:
    scene = await scene_at(own_temporal.address, log, database)
    harness = scene.harness
    async with harness.working():
        waiting, over = await paged(harness), await paged(harness)
    await own_temporal.stop()
    backup = own_temporal.backed_up()
    await own_temporal.start()

    harness.temporal = (await scene_at(own_temporal.address, log, database)).harness.temporal
    async with harness.working():
        await acknowledged(harness, waiting)
        await harness.give(over, DeclineIncident(reason="A test", actor=ADMIN, at=now()))
        await harness.incident(over).result()
        young = await paged(harness)
    before = await log.head()
    await own_temporal.stop()
    own_temporal.restored(backup)
    await own_temporal.start()

    scene = await scene_at(own_temporal.address, log, database)
    scene.harness.outbox = harness.outbox
    async with scene.harness.working():
        repaired = await scene.repairs(3)
        assert {(one.difference.incident_id, one.difference.finding) for one in repaired} >= {
            (waiting, Finding.BEHIND),
            (over, Finding.LEFT_OVER),
            (young, Finding.MISSING),
        }
        await scene.at_peace()
        assert await happened_since(log, before) == {"workflow.repaired"}
        await scene.harness.incident(over).result()
        await goes_on(scene, waiting, 1)
        await acknowledged(scene.harness, young)
    assert len(harness.outbox.sent) == 3


async def test_an_older_dump_of_postgresql_and_an_empty_temporal_begin_where_the_dump_is(
    own_temporal: OwnTemporal, log: PostgresLog, database: Database
) -> None:
    scene = await scene_at(own_temporal.address, log, database)
    harness = scene.harness
    async with harness.working():
        incident_id = await paged(harness)
        await catch_up(database)
    async with dumped(log, database) as dump:
        async with harness.working():
            await acknowledged(harness, incident_id)
        await own_temporal.stop()
        own_temporal.restored(None)
        await own_temporal.start()
        older = await PostgresLog.open(dump.app_dsn)
        scene = await scene_at(own_temporal.address, older, dump)
        scene.harness.outbox = harness.outbox
        async with scene.harness.working():
            await scene.repairs()
            await scene.at_peace()
            await acknowledged(scene.harness, incident_id)
            await goes_on(scene, incident_id, 1)
        await older.close()
    assert len(harness.outbox.sent) == 1


async def test_an_older_dump_of_postgresql_wins_over_a_temporal_that_remembers_more(
    own_temporal: OwnTemporal, log: PostgresLog, database: Database
) -> None:
    scene = await scene_at(own_temporal.address, log, database)
    harness = scene.harness
    async with harness.working():
        incident_id = await paged(harness)
        await catch_up(database)
    async with dumped(log, database) as dump:
        async with harness.working():
            await acknowledged(harness, incident_id)
            unknown = await harness.declare()
            await scene.at_peace()
        older = await PostgresLog.open(dump.app_dsn)
        scene = await scene_at(own_temporal.address, older, dump)
        scene.harness.outbox = harness.outbox
        async with scene.harness.working():
            [repaired] = await scene.repairs()
            assert repaired.difference.finding is Finding.AHEAD
            await scene.at_peace()
            await acknowledged(scene.harness, incident_id)
            await goes_on(scene, incident_id, 1)
            assert await known_as_unknown(scene) == {f"incident/{unknown}"}
        await older.close()
    assert len(harness.outbox.sent) == 1


async def known_as_unknown(scene: Scene) -> frozenset[str]:
    """Return the workflows that run for incidents the log does not have; nobody ends them."""

    async def look() -> frozenset[str] | None:
        done = await scene.reconciler.reconcile()
        return done.look.unknown or None

    return await eventually("a workflow that the log does not know", look)


async def happened_since(log: PostgresLog, position: int) -> set[str]:
    return {event.type for event in await log.read_all(position)}


@asynccontextmanager
async def dumped(log: PostgresLog, database: Database) -> AsyncIterator[Database]:
    """Yield a copy of the database as it is now."""
    copy = database.sibling(f"{database.name}_dump")
    await log.database._pool.expire_connections()
    owner = database.sibling("postgres")
    connection = await asyncpg.connect(owner.owner_dsn)

    async def copied() -> bool:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
            database.name,
        )
        try:
            await connection.execute(f"create database {copy.name} template {database.name}")
        except asyncpg.ObjectInUseError:  # the worker has come back meanwhile
            return False
        return True

    try:
        await eventually("the database is copied", copied)
    finally:
        await connection.close()
    yield copy
    await command(owner, f"drop database {copy.name} with (force)")
