"""Pings come in at the paths that jobs know, and each kind is remembered.

Requests and answers: Opsgenie's "Heartbeat API", incident.io's "Heartbeat alert sources",
Healthchecks' "Pinging API".
"""

from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient, Response

from events.configuration.heartbeat import HeartbeatId
from events.ids import IntegrationId
from events.log.intake.heartbeats import (
    PingKind,
    heard,
    ping,
    raise_unless_heard,
    settle,
    waking,
    woken,
)
from events.log.postgres import PostgresLog
from services.api.intake.sources.heartbeats.pinging import heartbeat_named
from tests.servers import Database
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]

NIGHTLY = HeartbeatId("nightly-backup")
CRON = IntegrationId("cron")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("nightly-backup", "nightly-backup"),
        ("Nightly Backup", "nightly-backup"),
        ("DB/backup (eu)", "db-backup-eu"),
        ("x" * 200, "x" * 63),
        ("…", ""),
    ],
)
def test_a_name_from_elsewhere_is_an_id_here(text: str, named: str) -> None:
    assert heartbeat_named(text) == named


@dataclass
class Job:
    http: AsyncClient
    key: str
    integration_id: str
    admin: dict[str, str]

    async def shown(self) -> dict[str, Any]:
        """The heartbeat, as it stands now."""
        put = await self.define()
        after = {"after_position": put.headers["Tocsin-Position"]}
        answer = await self.http.get(f"/v1/heartbeats/{NIGHTLY}", params=after, headers=self.admin)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def define(self, **changes: Any) -> Response:
        body = {
            "name": "Nightly backup",
            "integration_id": self.integration_id,
            "interval_seconds": 3600,
            "grace_seconds": 600,
        }
        path = f"/v1/heartbeats/{NIGHTLY}"
        return await self.http.put(path, json=body | changes, headers=self.admin)


@pytest.fixture
async def job(admin: AsyncClient) -> Job:
    await admin.put("/v1/services/backups", json={"name": "B", "escalation_policy_id": None})
    body = {"name": "Cron", "service_id": "backups"}
    made = (await admin.post("/v1/integrations", json=body)).json()
    headers = {"Authorization": admin.headers.pop("Authorization")}
    job = Job(admin, made["key"], made["integration_id"], headers)
    answer = await job.define()
    assert answer.status_code in {200, 201}, answer.text
    return job


@pytest.mark.stack
@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/v1/integrations/{key}/heartbeats/nightly-backup", 200, '{"heartbeat_id":'),
        ("/v1/integrations/{key}/heartbeats?name=Nightly%20Backup", 200, '{"heartbeat_id":'),
        ("/v2/heartbeats/Nightly%20Backup/ping", 202, '{"result":"PONG - Heartbeat received"'),
        ("/v2/heartbeat/nightly-backup/ping?token={key}", 204, ""),
        ("/ping/{key}/nightly-backup", 200, "OK"),
        ("/ping/{key}/nightly-backup/0", 200, "OK"),
    ],
)
async def test_a_ping_is_stored_wherever_its_sender_knows_us(
    job: Job, path: str, status: int, says: str
) -> None:
    assert (await job.shown())["pulse"] == "waiting"
    headers = {"Authorization": f"GenieKey {job.key}"} if "/v2/heartbeats/" in path else {}
    for method in ("POST", "PUT", "PATCH", "HEAD", "GET"):
        answer = await job.http.request(method, path.format(key=job.key), headers=headers)
        assert answer.status_code == status, answer.text
    assert answer.text.startswith(says)
    shown = await job.shown()
    assert shown["pulse"] == "alive"
    assert shown["succeeded_at"] is not None


@pytest.mark.stack
async def test_a_job_says_that_it_began_and_that_it_failed(job: Job) -> None:
    base = f"/ping/{job.key}/nightly-backup"
    for signal, pulse in (
        ("start", "waiting"),
        ("log", "waiting"),
        ("fail", "failed"),
        ("0", "alive"),
        ("17", "failed"),
    ):
        answer = await job.http.post(f"{base}/{signal}", content=b"what the job printed")
        assert answer.status_code == 200, answer.text
        assert (await job.shown())["pulse"] == pulse, signal


@pytest.mark.stack
@pytest.mark.parametrize(
    ("path", "status", "about"),
    [
        ("/v1/integrations/{key}/heartbeats/another", 404, "tocsin heartbeats set"),
        ("/v1/integrations/{key}/heartbeats", 404, "no heartbeat"),
        ("/v1/integrations/tocsin_ingest_no_key/heartbeats/nightly-backup", 401, "not the key"),
        ("/v2/heartbeats/nightly-backup/ping", 401, "Could not authenticate"),
        ("/ping/{key}/nightly-backup/stop", 422, "start, fail, log"),
        ("/ping/{key}/nightly-backup/256", 422, "exit status"),
        ("/ping/{key}/nightly-backup/" + "9" * 5000, 422, "exit status"),
    ],
)
async def test_a_ping_that_means_nothing_is_refused_and_says_why(
    job: Job, path: str, status: int, about: str
) -> None:
    answer = await job.http.get(path.format(key=job.key))
    assert answer.status_code == status, answer.text
    assert about in answer.text
    assert (await job.shown())["pulse"] == "waiting"


@pytest.mark.stack
async def test_a_heartbeat_that_ended_takes_no_ping_and_begins_anew(job: Job) -> None:
    path = f"/v1/integrations/{job.key}/heartbeats/nightly-backup"
    assert (await job.http.get(path)).status_code == 200
    assert (await job.shown())["pulse"] == "alive"
    gone = await job.http.delete(f"/v1/heartbeats/{NIGHTLY}", headers=job.admin)
    assert gone.status_code == 200, gone.text
    assert (await job.http.get(path)).status_code == 404
    assert (await job.shown())["pulse"] == "waiting", "its pings were those of an earlier life"


@pytest.mark.stack
async def test_a_heartbeat_of_another_integration_is_none_of_this_one(job: Job) -> None:
    body = {"name": "Other", "service_id": "backups"}
    made = await job.http.post("/v1/integrations", json=body, headers=job.admin)
    other = replace(job, key=made.json()["key"])
    path = f"/v1/integrations/{other.key}/heartbeats/nightly-backup"
    assert (await job.http.get(path)).status_code == 404


@pytest.mark.stack
async def test_a_heartbeat_that_no_key_can_ping_is_refused(job: Job) -> None:
    unknown = await job.define(integration_id="cron")
    path = f"/v1/integrations/{job.integration_id}"
    assert (await job.http.delete(path, headers=job.admin)).status_code == 200
    for answer in (unknown, await job.define(name="Nightly")):
        assert answer.status_code == 422, answer.text
        [wrong] = answer.json()["errors"]
        assert wrong["field"] == "body.integration_id"


async def moved(database: Database, **columns: str) -> None:
    """Say that a ping came when it did not."""
    owner = await asyncpg.connect(database.owner_dsn)
    for column, ago in columns.items():
        await owner.execute(
            f"update es.heartbeat set {column} = clock_timestamp() - $1::text::interval", ago
        )
    await owner.close()


@pytest.mark.stack
async def test_a_flood_of_pings_is_stored_once_a_second(
    log: PostgresLog, database: Database
) -> None:
    await ping(log.database, NIGHTLY, PingKind.SUCCESS)
    first = (await heard(log.database, [NIGHTLY]))[NIGHTLY].pings
    for _ in range(20):
        await ping(log.database, NIGHTLY, PingKind.SUCCESS)
    assert (await heard(log.database, [NIGHTLY]))[NIGHTLY].pings == first
    await moved(database, succeeded_at="2 seconds")
    await ping(log.database, NIGHTLY, PingKind.SUCCESS)
    assert (await heard(log.database, [NIGHTLY]))[NIGHTLY].pings != first
    assert not await waking(log.database, 10), "while all is well nobody has to look"


@pytest.mark.stack
@pytest.mark.parametrize(
    ("raised", "kind", "looks"),
    [
        (False, PingKind.SUCCESS, False),
        (False, PingKind.START, True),
        (False, PingKind.FAILURE, True),
        (True, PingKind.SUCCESS, True),
        (True, PingKind.FAILURE, False),
    ],
)
async def test_only_what_changes_how_it_stands_wakes_its_workflow(
    log: PostgresLog, database: Database, *, raised: bool, kind: PingKind, looks: bool
) -> None:
    await ping(log.database, NIGHTLY, PingKind.SUCCESS)
    await moved(database, succeeded_at="1 hour")
    if raised:
        seen = (await heard(log.database, [NIGHTLY]))[NIGHTLY].pings.succeeded_at
        assert await raise_unless_heard(log.database, NIGHTLY, CRON, seen)
    await ping(log.database, NIGHTLY, kind)
    found = await waking(log.database, 10)
    assert [one.heartbeat_id for one in found] == ([NIGHTLY] if looks else [])


@pytest.mark.stack
async def test_what_comes_while_the_workflow_is_told_is_told_again(log: PostgresLog) -> None:
    await ping(log.database, NIGHTLY, PingKind.FAILURE)
    [before] = await waking(log.database, 10)
    await ping(log.database, NIGHTLY, PingKind.FAILURE)
    await woken(log.database, before)
    [after] = await waking(log.database, 10)
    await woken(log.database, after)
    assert not await waking(log.database, 10)


@pytest.mark.stack
async def test_no_alert_is_raised_over_a_ping_that_came_since_somebody_looked(
    log: PostgresLog,
) -> None:
    await ping(log.database, NIGHTLY, PingKind.SUCCESS)
    assert not await raise_unless_heard(log.database, NIGHTLY, CRON, None)
    assert (await heard(log.database, [NIGHTLY]))[NIGHTLY].raised_with is None


@pytest.mark.stack
async def test_a_failure_that_came_while_its_alert_was_resolved_is_looked_at(
    log: PostgresLog,
) -> None:
    assert await raise_unless_heard(log.database, NIGHTLY, CRON, None)
    await ping(log.database, NIGHTLY, PingKind.FAILURE)
    await settle(log.database, NIGHTLY)
    [one] = await waking(log.database, 10)
    assert one.heartbeat_id == NIGHTLY
