"""The workflow of a heartbeat hears its silence, whatever happens to it, and ends it again."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

from activities.payloads import HeartbeatLookInput
from events.alert.decide import alert_decider
from events.alert.state import Alert
from events.configuration.heartbeat import (
    AGGREGATE,
    DefineHeartbeat,
    EndHeartbeat,
    HeartbeatCommand,
    HeartbeatId,
    heartbeat_decider,
)
from events.configuration.integration import CreateIntegration, integration_decider
from events.ids import (
    IncidentId,
    IntegrationId,
    ServiceId,
    alert_id_for,
    alert_stream,
    incident_stream,
    integration_stream,
)
from events.incident.commands import DeclineIncident
from events.incident.decide import incident_decider
from events.loading import load
from events.log.intake.heartbeats import (
    Heard,
    PingKind,
    heard,
    ping,
    raise_unless_heard,
)
from services.projector.standing.heartbeats import THERE_EVERY, HeartbeatStarter
from services.worker.heartbeats.watching import HeartbeatWatch
from services.worker.workers import SANDBOX, heartbeat_worker
from tests.eventually import eventually
from tests.harness import ADMIN, now
from tests.workflows.conftest import Harness
from tests.workflows.test_histories import record, replayer
from workflows.heartbeat import HeartbeatWorkflow
from workflows.ids import HEARTBEAT_MOVED, heartbeat_workflow_id

pytestmark = pytest.mark.stack

CRON, ELSEWHERE = IntegrationId("cron"), IntegrationId("elsewhere")
HOUR = 3600


@dataclass
class Job:
    """A job that owes pings, and the projector that tells its workflow of them."""

    harness: Harness
    starter: HeartbeatStarter
    heartbeat_id: HeartbeatId

    async def owes(self, interval: int, *, since: timedelta = timedelta(0), **more: Any) -> None:
        """Define or change what is owed; `since` long ago."""
        command = DefineHeartbeat(
            heartbeat_id=self.heartbeat_id,
            name="Nightly backup",
            integration_id=CRON,
            interval_seconds=interval,
            grace_seconds=0,
            severity=None,
            message=None,
            team_id=None,
            actor=ADMIN,
            at=now() - since,
        )
        await self.give(replace(command, **more))

    async def give(self, command: HeartbeatCommand) -> None:
        stream = AGGREGATE.stream(self.heartbeat_id)
        await self.harness.store(heartbeat_decider, stream, command)
        await self.starter.step()

    async def pings(self, kind: PingKind = PingKind.SUCCESS) -> None:
        await ping(self.harness.log.database, self.heartbeat_id, kind)
        await self.starter.step()

    async def heard(self) -> Heard:
        last = await heard(self.harness.log.database, [self.heartbeat_id])
        return last[self.heartbeat_id]

    async def alert(self, integration_id: IntegrationId = CRON) -> Alert:
        alert, _ = await load(self.harness.log, alert_decider, self.stream(integration_id))
        return alert

    def stream(self, integration_id: IntegrationId = CRON) -> str:
        return alert_stream(alert_id_for(integration_id, f"heartbeat:{self.heartbeat_id}"))

    async def is_silent(self, integration_id: IntegrationId = CRON) -> IncidentId:
        """Wait for the alert, and return its incident."""

        async def open_() -> IncidentId | None:
            alert = await self.alert(integration_id)
            return alert.incident_id if alert.is_open else None

        return await eventually("an alert is open", open_)

    async def is_over(self, integration_id: IntegrationId = CRON) -> None:
        async def over() -> bool:
            alert = await self.alert(integration_id)
            return alert.started_at is not None and not alert.is_open

        await eventually("its alert is over", over)

        async def settled() -> bool:
            return (await self.heard()).raised_with != integration_id

        await eventually("it is settled", settled)

    async def alerts(self, integration_id: IntegrationId = CRON) -> list[str]:
        return await self.harness.happened(self.stream(integration_id))

    @property
    def workflow(self) -> "WorkflowHandle[Any, Any]":
        return self.harness.temporal.get_workflow_handle(heartbeat_workflow_id(self.heartbeat_id))

    @property
    def watch(self) -> HeartbeatWatch:
        return HeartbeatWatch(self.harness.log)

    async def look(self) -> float | None:
        """Look at it as the workflow does, past Temporal."""
        task = HeartbeatLookInput(heartbeat_id=self.heartbeat_id)
        return (await self.watch.look_at_heartbeat(task)).again_after_seconds

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        async with heartbeat_worker(self.harness.temporal, self.watch, runner=SANDBOX):
            yield


@pytest.fixture
async def job(idle_harness: Harness) -> Job:
    for name in (CRON, ELSEWHERE):
        command = CreateIntegration(
            integration_id=name,
            name=name.title(),
            service_id=ServiceId("backups"),
            secret_hash="0" * 64,
            actor=ADMIN,
            at=now(),
        )
        await idle_harness.store(integration_decider, integration_stream(name), command)
    starter = HeartbeatStarter(idle_harness.log.database, idle_harness.temporal)
    return Job(idle_harness, starter, HeartbeatId(f"nightly-{uuid4().hex[:8]}"))


async def test_silence_opens_an_incident_and_the_next_ping_ends_its_alert(job: Job) -> None:
    async with job.watched():
        await job.owes(1)
        incident_id = await job.is_silent()
        await job.owes(HOUR)  # so that it is not silent again at once
        await job.is_over()
        await job.pings(PingKind.FAILURE)
        assert await job.is_silent() == incident_id  # which is open still
        await job.pings()
        await job.is_over()
        await job.give(EndHeartbeat(actor=ADMIN, at=now()))
        await job.workflow.result()
    assert await job.alerts() == ["alert.triggered", "alert.resolved"] * 2
    declared = (await job.harness.happened(incident_stream(incident_id)))[0]
    assert declared == "incident.declared"
    assert (await job.heard()).raised_with is None
    told = await job.workflow.fetch_history()
    await replayer(HeartbeatWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("HeartbeatWorkflow", "silent_and_back", told)


async def test_pings_that_came_while_no_worker_was_there_count(job: Job) -> None:
    await job.owes(HOUR, since=timedelta(hours=3))
    await job.pings()
    async with job.watched():

        async def waits() -> bool:
            told = await job.workflow.fetch_history()
            return any(one.HasField("timer_started_event_attributes") for one in told.events)

        await eventually("it waits for the next ping", waits)
    assert await job.alerts() == []


async def test_silence_that_began_while_no_worker_was_there_is_heard(job: Job) -> None:
    await job.owes(HOUR, since=timedelta(hours=3))
    async with job.watched():
        await job.is_silent()
    alert = await job.alert()
    assert alert.started_at is not None
    assert timedelta(hours=1) < now() - alert.started_at < timedelta(hours=2, minutes=1)


async def test_a_job_that_says_that_it_failed_is_an_alert_at_once(job: Job) -> None:
    async with job.watched():
        await job.owes(HOUR)
        await job.pings(PingKind.FAILURE)
        await job.is_silent()
        await job.pings()
        await job.is_over()
    assert await job.alerts() == ["alert.triggered", "alert.resolved"]


async def test_what_is_owed_changes_at_once(job: Job) -> None:
    async with job.watched():
        await job.owes(HOUR, since=timedelta(hours=3))
        await job.is_silent()
        await job.owes(4 * HOUR)
        await job.is_over()
        await job.owes(2 * HOUR)
        await job.is_silent()


async def test_a_heartbeat_that_moves_takes_its_silence_along(job: Job) -> None:
    async with job.watched():
        await job.owes(HOUR, since=timedelta(hours=3))
        await job.is_silent()
        await job.owes(HOUR, integration_id=ELSEWHERE)
        await job.is_over()
        await job.is_silent(ELSEWHERE)
        await job.give(EndHeartbeat(actor=ADMIN, at=now()))
        await job.is_over(ELSEWHERE)
        await job.workflow.result()


async def test_a_heartbeat_that_ends_while_silent_is_over_and_forgotten(job: Job) -> None:
    async with job.watched():
        await job.owes(HOUR, since=timedelta(hours=3))
        await job.is_silent()
        await job.give(EndHeartbeat(actor=ADMIN, at=now()))
        await job.workflow.result()
    assert await job.alerts() == ["alert.triggered", "alert.resolved"]
    rows = await job.harness.log.database.fetch("select heartbeat_id from es.heartbeat")
    assert job.heartbeat_id not in {row["heartbeat_id"] for row in rows}


async def test_a_workflow_that_somebody_terminated_is_started_again_within_a_minute(
    job: Job,
) -> None:
    clock = iter((0.0, 0.0, THERE_EVERY, THERE_EVERY, THERE_EVERY))
    job.starter.clock = lambda: next(clock)
    await job.owes(HOUR, since=timedelta(hours=3))
    await job.workflow.terminate("by mistake")
    await job.starter.step()
    await job.starter.step()
    assert (await job.workflow.describe()).status is WorkflowExecutionStatus.RUNNING
    async with job.watched():
        await job.is_silent()


async def test_a_long_life_goes_on_in_a_new_run(job: Job) -> None:
    async with job.watched():
        await job.owes(HOUR)
        first = (await job.workflow.describe()).run_id

        async def goes_on() -> bool:
            await job.workflow.signal(HEARTBEAT_MOVED)
            return (await job.workflow.describe()).run_id != first

        await eventually("a new run has begun", goes_on)
        await job.pings(PingKind.FAILURE)
        await job.is_silent()


async def test_a_look_that_was_cut_off_half_way_is_taken_to_its_end(job: Job) -> None:
    await job.owes(HOUR, since=timedelta(hours=3))
    database = job.harness.log.database
    assert await raise_unless_heard(database, job.heartbeat_id, CRON, None)
    for _ in range(2):
        assert await job.look()
        assert await job.alerts() == ["alert.triggered"]
    await ping(database, job.heartbeat_id, PingKind.SUCCESS)
    for _ in range(2):
        assert await job.look()
        assert await job.alerts() == ["alert.triggered", "alert.resolved"]
    assert (await job.heard()).raised_with is None


@pytest.mark.parametrize(("minutes_ago", "believed"), [(1, True), (10, False)])
async def test_people_who_end_the_incident_of_a_silence_are_believed_for_a_while(
    job: Job, minutes_ago: int, *, believed: bool
) -> None:
    """As with every monitor; then it goes on in an incident of its own."""
    await job.owes(HOUR, since=timedelta(hours=3))
    await job.look()
    first = (await job.alert()).incident_id
    assert first is not None
    at = now() - timedelta(minutes=minutes_ago)
    command = DeclineIncident(reason="A test", actor=ADMIN, at=at)
    await job.harness.store(incident_decider, incident_stream(first), command)
    again_after = await job.look()
    assert again_after is not None
    assert 0 < again_after <= timedelta(minutes=5).total_seconds()
    assert ((await job.alert()).incident_id == first) is believed
