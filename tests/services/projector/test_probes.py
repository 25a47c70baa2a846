"""The dead-man switch: a synthetic page goes the way of a page, and a heartbeat goes outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest
from pydantic import SecretStr
from temporalio.client import Client

from activities.recording import Recording
from events.log.liveness.dead_man_switch import Passed, begin_probe, passed
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.queues.outbox import PostgresOutbox
from services.channels import delivering
from services.commanding.accepted import WaitingAnswers
from services.projector.probes import Probes
from services.settings import Settings
from services.worker.workers import SANDBOX, incident_worker
from tests.eventually import eventually
from tests.fakes.receiver import Reply, receiver
from tests.servers import Database

pytestmark = pytest.mark.stack

MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def working(log: PostgresLog, client: Client, url: str | None) -> AsyncIterator[None]:
    settings = Settings(link_key=SecretStr("k" * 32), webhook_allow_private=True, heartbeat_url=url)
    recording = Recording(log, WaitingAnswers(PostgresInbox(log.database)))
    async with incident_worker(client, recording, delivering(log, settings), runner=SANDBOX):
        yield


def probes(log: PostgresLog, client: Client) -> Probes:
    return Probes(log.database, PostgresOutbox(log.database), client, MINUTE)


async def since(database: Database, column: str) -> None:
    """Move the switch's clock: this part was passed 61 seconds earlier than it says."""
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute(
        f"update es.dead_man_switch set {column} = {column} - interval '61 seconds'"
    )
    await owner.close()


async def test_a_probe_is_begun_once_a_minute_whoever_looks(
    log: PostgresLog, database: Database
) -> None:
    assert await begin_probe(log.database, MINUTE)
    assert not await begin_probe(log.database, MINUTE)
    await since(database, "begun_at")
    assert await begin_probe(log.database, MINUTE)
    waiting = await PostgresOutbox(log.database).claim(10, ["start_probe"])
    assert len(waiting) == 1, "after an outage one goes out, and not one for each minute of it"


async def test_a_synthetic_page_arrives_and_a_heartbeat_goes_outside(
    log: PostgresLog, temporal_client: Client
) -> None:
    async with receiver() as outside, working(log, temporal_client, outside.url):
        await probes(log, temporal_client).step()

        async def gone_out() -> Passed | None:
            now = await passed(log.database)
            return now if now.heartbeat_wanted and outside.requests else None

        switch = await eventually("a heartbeat goes out", gone_out)
    assert switch.arrived < 60
    assert len(outside.requests) == 1
    assert b"synthetic page" in outside.last.body


async def test_a_heartbeat_that_is_not_taken_is_named_and_tried_again(
    log: PostgresLog, temporal_client: Client
) -> None:
    async with (
        receiver(Reply(status=500), Reply(status=503), Reply()) as outside,
        working(log, temporal_client, outside.url),
    ):
        await probes(log, temporal_client).step()
        faults: set[str | None] = set()

        async def taken() -> bool:
            switch = await passed(log.database)
            faults.add(switch.heartbeat_fault)
            return len(outside.requests) == 3 and switch.heartbeat_fault is None

        await eventually("the third heartbeat is taken", taken)
    assert any(fault and "http_500" in fault for fault in faults)


async def test_without_a_worker_nothing_arrives_and_the_next_probe_takes_the_place_of_the_last(
    log: PostgresLog, database: Database, temporal_client: Client
) -> None:
    await probes(log, temporal_client).step()
    await since(database, "begun_at")
    await since(database, "made_at")
    await probes(log, temporal_client).step()
    switch = await passed(log.database)
    assert switch.arrived > 60
    async with working(log, temporal_client, None):

        async def arrived() -> bool:
            return (await passed(log.database)).arrived < 60

        await eventually("the probe arrives once somebody works", arrived)
    assert not (await passed(log.database)).heartbeat_wanted
