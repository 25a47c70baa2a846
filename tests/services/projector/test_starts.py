"""An incident's workflow is started whatever happens to Temporal, and people see when it is not."""

import asyncpg
import pytest
from temporalio.service import RPCError

from events.ids import incident_stream, paging_stream
from events.log.queues.outbox import PostgresOutbox
from tests.eventually import eventually
from tests.servers import Database
from tests.services.projector.conftest import PATIENT, Relay
from workflows.ids import START_INCIDENT_WORKFLOW, incident_workflow_id

pytestmark = pytest.mark.stack


async def until_started(relay: Relay) -> None:
    async def started() -> bool:
        return await relay.starts.relay() > 0

    await eventually("a workflow is started", started)


async def overdue(relay: Relay, count: int = 1) -> None:
    """Return once so many starts have waited for so long that people are to be warned."""
    outbox = PostgresOutbox(relay.log.database)

    async def due() -> bool:
        return len(await outbox.overdue(START_INCIDENT_WORKFLOW, PATIENT)) == count

    await eventually(f"{count} starts are overdue", due)


async def waiting(database: Database) -> int:
    connection = await asyncpg.connect(database.app_dsn)
    count: int = await connection.fetchval("select count(*) from es.outbox where state = 'waiting'")
    await connection.close()
    return count


async def test_a_declared_incident_gets_its_workflow_with_its_reference_as_summary(
    relay: Relay, database: Database
) -> None:
    await relay.line.mend()
    incident_id = await relay.declare()
    assert await relay.starts.relay() == 1
    handle = relay.temporal.get_workflow_handle(incident_workflow_id(incident_id))
    description = await handle.describe()
    assert await description.static_summary() == "INC-1042"
    assert await waiting(database) == 0
    assert await relay.starts.relay() == 0


async def test_paging_is_degraded_while_temporal_is_away_and_restored_when_it_is_back(
    relay: Relay, database: Database
) -> None:
    incident_id = await relay.declare()
    assert await relay.starts.relay() == 1
    assert await waiting(database) == 1
    assert await relay.happened(paging_stream(incident_id)) == []

    await overdue(relay)
    await relay.starts.warn()
    await relay.starts.warn()
    assert await relay.happened(paging_stream(incident_id)) == ["paging.degraded"]

    await relay.line.mend()
    await until_started(relay)
    assert await waiting(database) == 0
    expected = ["paging.degraded", "paging.restored"]
    assert await relay.happened(paging_stream(incident_id)) == expected
    handle = relay.temporal.get_workflow_handle(incident_workflow_id(incident_id))
    assert (await handle.describe()).run_id


async def test_a_start_that_was_done_before_is_done(relay: Relay, database: Database) -> None:
    await relay.line.mend()
    incident_id = await relay.declare()
    await relay.starts.relay()
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("update es.outbox set state = 'waiting', done_at = null")
    await owner.close()
    handle = relay.temporal.get_workflow_handle(incident_workflow_id(incident_id))
    run_id = (await handle.describe()).run_id

    assert await relay.starts.relay() == 1
    assert await waiting(database) == 0
    assert (await handle.describe()).run_id == run_id
    assert await relay.happened(incident_stream(incident_id)) == ["incident.declared"]


async def test_an_incident_that_pages_nobody_warns_nobody(relay: Relay) -> None:
    incident_id = await relay.declare(policy=None)
    await overdue(relay)
    await relay.starts.warn()
    assert await relay.happened(paging_stream(incident_id)) == []


async def test_without_a_start_there_is_no_workflow(relay: Relay) -> None:
    incident_id = await relay.declare()
    handle = relay.temporal.get_workflow_handle(incident_workflow_id(incident_id))
    with pytest.raises(RPCError, match="not found"):
        await handle.describe()


async def test_an_entry_that_cannot_be_read_keeps_no_other_waiting(
    relay: Relay, database: Database
) -> None:
    await relay.line.mend()
    await relay.declare()
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("update es.outbox set body = 'of another version'")
    await owner.close()
    incident_id = await relay.declare()
    await overdue(relay, 2)
    await relay.starts.warn()
    assert await relay.happened(paging_stream(incident_id)) == ["paging.degraded"]
    assert await relay.starts.relay() == 1
    handle = relay.temporal.get_workflow_handle(incident_workflow_id(incident_id))
    assert (await handle.describe()).run_id
