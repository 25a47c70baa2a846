"""What people get while a part of the system is down, and what is right again after it."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.alertmanager import alertmanager_of
from tests.journeys.freezing import frozen
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

WEBHOOK = json.loads(Path("tests/data/alertmanager/1-firing.json").read_text())


async def test_incidents_are_declared_and_acknowledged_while_temporal_is_frozen(
    team: Team, system: Stack
) -> None:
    assert system.temporal is not None
    open_incident = await team.declare()
    await team.happens(open_incident["reference"], "page.level_reached")

    with frozen(system.temporal.running.pid):
        declared = await team.declare("Declared without Temporal")
        path = f"/v1/incidents/{open_incident['reference']}/acknowledgement"
        deferred = await team.post(path, by=team.ada)
        assert deferred.status_code == 202
        assert deferred.headers["location"].startswith("/v1/commands/")

    shown = await team.sees(open_incident["reference"], lambda one: one["acknowledged_by"])
    assert shown["acknowledged_by"] == f"responder:{team.ada}"
    await team.happens(declared["reference"], "page.level_reached")

    async def carried_out() -> bool:
        outcome = await team.get(deferred.headers["location"])
        return bool(outcome["status"] == "done")

    await eventually("the deferred command is carried out", carried_out)


async def test_a_frozen_postgres_answers_503_in_time_and_the_same_key_declares_once_after(
    team: Team, system: Stack
) -> None:
    assert system.postgres is not None
    key = str(uuid4())
    body = {"title": "Declared across an outage", "service_id": team.service}
    open_incident = await team.declare()
    alerts = await alertmanager_of(team)
    with frozen(system.postgres.running.pid):
        started = asyncio.get_running_loop().time()
        answers = await asyncio.gather(
            team.post("/v1/incidents", body, key=key),
            team.give(open_incident["incident_id"], "acknowledgement"),
            team.http.put(f"/v1/services/{team.service}", json={"name": "Checkout"}),
            team.http.post(alerts, json=WEBHOOK),
        )
        took = asyncio.get_running_loop().time() - started
    assert [answer.status_code for answer in answers] == [503] * 4
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert took < 6

    async def accepted() -> str | None:
        answer = await team.post("/v1/incidents", body, key=key)
        return answer.json()["reference"] if answer.status_code == 201 else None

    reference = await eventually("the declaration is accepted", accepted)
    assert await accepted() == reference


async def test_a_killed_worker_loses_no_command(team: Team, system: Stack) -> None:
    declared = await team.declare()
    await team.happens(declared["reference"], "page.level_reached")
    pid = system.services["worker"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    answer = await team.give(declared["reference"], "acknowledgement", by=team.ada)
    assert answer.status_code in {200, 202}
    happened = await team.happens(declared["reference"], "page.acknowledged")
    assert happened.count("incident.acknowledged") == 1


@asynccontextmanager
async def nothing_stored(system: Stack) -> AsyncIterator[None]:
    """Hold every append up, as a slow disk would, while reads and the inbox go on."""
    owner = await asyncpg.connect(system.databases.owner_dsn)
    try:
        async with owner.transaction():
            await owner.execute("lock table es.event in share row exclusive mode")
            yield
    finally:
        await owner.close()


async def test_a_worker_killed_in_the_middle_of_a_command_carries_it_out_once(
    team: Team, system: Stack
) -> None:
    declared = await team.declare()
    await team.happens(declared["reference"], "page.level_reached")
    key, path = str(uuid4()), f"/v1/incidents/{declared['incident_id']}/acknowledgement"
    pid = system.services["worker"].pid
    assert pid is not None
    async with nothing_stored(system):
        accepted = await team.post(path, by=team.ada, key=key)
        assert accepted.status_code == 202
        os.kill(pid, signal.SIGKILL)

    async def done() -> str | None:
        outcome = await team.get(accepted.headers["location"])
        return outcome["position"] if outcome["status"] == "done" else None

    position = await eventually("the accepted command is done", done)
    again = await team.post(path, by=team.ada, key=key)
    assert (again.status_code, again.json()["position"]) == (200, position)
    happened = await team.happens(declared["reference"], "page.acknowledged")
    assert happened.count("incident.acknowledged") == 1


async def test_a_killed_projector_shows_everything_once_it_is_back(
    team: Team, system: Stack
) -> None:
    pid = system.services["projector"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    declared = await team.declare()
    shown = await team.sees(declared["reference"], lambda one: one["paging"] == "paging")
    assert shown["title"] == "Checkout fails"
    happened = await team.happens(declared["reference"], "delivery.sent")
    assert len(happened) == len(await team.happened(declared["reference"]))


async def test_a_page_whose_worker_dies_while_it_sends_is_sent_again_in_half_a_minute(
    team: Team, mail: MailServer, system: Stack
) -> None:
    await team.settle(escalation_timeout_seconds=600)
    mail.hang_in = "data"
    declared = await team.declare()

    async def mailed(times: int) -> list[str] | None:
        subjects = [str(one["subject"]) for one in mail.mails]
        found = [one for one in subjects if declared["reference"] in one]
        return found if len(found) >= times else None

    await eventually("the page is mailed", lambda: mailed(1))
    pid = system.services["worker"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    mail.hang_in = None
    first, second = await eventually("it is mailed again", lambda: mailed(2), within=35)
    assert "(possible repeat)" not in first
    assert "(possible repeat)" in second
    await team.happens(declared["reference"], "delivery.sent")


async def test_a_mail_server_that_refuses_everybody_is_seen_while_it_is_tried(
    team: Team, mail: MailServer
) -> None:
    mail.rcpt = "451 4.3.0 try again later"
    try:
        await team.settle(escalation_timeout_seconds=600)
        declared = await team.declare()
        happened = await team.happens(declared["reference"], "page.level_unreached", within=60)
        assert "page.timed_out" not in happened
        happened = await team.happens(declared["reference"], "page.level_reached")

        async def both_tried() -> bool:
            shown = await team.get(f"/v1/incidents/{declared['reference']}/pages")
            states = [(one["state"], one["error"]) for one in shown["deliveries"]]
            return states == [("delayed", "DeliveryDeferred: smtp_451")] * 2

        await eventually("both levels are delayed", both_tried, within=60)
        ready = (await team.http.get("/health/ready")).json()["degraded"]
        (said,) = [one for one in ready if one.startswith("channel email: ")]
        assert said.endswith("DeliveryDeferred: smtp_451")
    finally:
        mail.rcpt = "250 OK"

    def mailed() -> bool:
        subjects = [str(one["subject"]) for one in mail.mails]
        return len([one for one in subjects if declared["reference"] in one]) == 2

    await eventually("both are mailed", mailed, within=90)
    texts = [str(body.get_content()) for one in mail.mails if (body := one.get_body(("plain",)))]
    assert any("This comes late: level 2 is being paged by now." in one for one in texts)


async def test_health_names_what_is_degraded(team: Team, system: Stack) -> None:
    assert system.temporal is not None

    async def degraded() -> bool:
        answer = await team.http.get("/health/ready")
        return "temporal" in answer.text and answer.status_code == 200

    with frozen(system.temporal.running.pid):
        await eventually("readiness names temporal", degraded, within=30)
    assert (await team.http.get("/health/live")).status_code == 200
