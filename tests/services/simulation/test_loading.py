"""A simulated log goes into a fresh installation, whole or not at all, and is read as any other."""

import asyncpg
import pytest

from events.configuration.responder import AGGREGATE as RESPONDER
from events.log.postgres import PostgresLog
from events.log.proof.chain import ChainCheck
from events.log.sandbox_mark import sandbox_seed
from projections.lag import lag
from projections.live.runner import Runner
from projections.registry import ALL_PROJECTIONS
from services.simulation.clockwork.world import World
from services.simulation.sandbox.loading import NotFresh, load, require_fresh, root_of
from tests.events.log.requests import append, data
from tests.keys import keyring
from tests.servers import Database
from tests.services.simulation.spans import root

pytestmark = pytest.mark.stack


async def test_what_is_stored_is_what_was_simulated_and_names_of_people_open(
    database: Database, world: World
) -> None:
    copied = await load(database.owner_dsn, world, keyring())
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    stored = await log.read_all(0, copied.events + 1)
    assert list(ChainCheck().faults(stored)) == []
    assert root_of(stored) == copied.root == await root(world)
    responder_id = next(iter(world.zones))
    sealed = await log.read_stream(RESPONDER.stream(responder_id))
    assert b"simulation.invalid" not in sealed[0].payload
    opened = await log.opened(sealed)
    assert f"{responder_id}@simulation.invalid".encode() in opened[0].payload
    assert await sandbox_seed(log.database) == world.draws.seed
    await log.close()


async def test_an_installation_that_has_an_event_is_never_simulated_into(
    database: Database, log: PostgresLog, world: World
) -> None:
    await log.append(append("notes-1", data()))
    with pytest.raises(NotFresh):
        await require_fresh(database.owner_dsn)
    with pytest.raises(NotFresh):
        await load(database.owner_dsn, world, keyring())
    assert await log.head() == 1
    assert await sandbox_seed(log.database) is None


async def test_the_life_of_a_sandbox_goes_on_behind_the_simulated_one(
    database: Database, world: World
) -> None:
    copied = await load(database.owner_dsn, world, keyring())
    log = await PostgresLog.open(database.app_dsn, keyring=keyring())
    result = await log.append(append("notes-1", data()))
    assert result.first_position == copied.events + 1
    newest = [
        one for one in await log.read_all(0, copied.events) if one.type == "incident.declared"
    ]
    assert f"INC-{await log.next_reference()}".encode() not in newest[-1].payload
    await log.close()


async def test_every_read_model_folds_it_and_nothing_is_left_to_start(
    database: Database, world: World
) -> None:
    await load(database.owner_dsn, world, keyring())
    connection = await asyncpg.connect(database.projector_dsn)
    runner = Runner(connection, "a test", ALL_PROJECTIONS, keyring=keyring())
    await runner.start()
    while await runner.step():
        pass
    causes = {one.name: one.cause for one in await lag(connection) if one.cause}
    open_incidents = await connection.fetchval(
        "select count(*) from read.incident_board where status <> 'closed' and status <> 'declined'"
    )
    await connection.close()
    owner = await asyncpg.connect(database.owner_dsn)
    waiting = await owner.fetchval("select count(*) from es.outbox")
    await owner.close()
    assert causes == {}
    assert (open_incidents, waiting) == (0, 0)
