"""Status updates on their way to subscribers, on the real servers: in order, once, to the end."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy

from activities.payloads import (
    DELIVER,
    PLAN_ANNOUNCEMENT,
    AnnouncementPlan,
    AnnouncementPlanInput,
    DeliveryInput,
    DeliveryOutcome,
    DeliveryState,
)
from activities.recording import Recording
from activities.status_update.published import newest_update
from events.announcement.decide import announcement_decider
from events.delivery.events import IntendedDelivery
from events.ids import (
    IncidentId,
    ResponderId,
    SubscriptionId,
    announcement_stream,
    post_id_for,
)
from events.incident.status_updates.commands import PublishStatusUpdate
from events.loading import load
from events.log.postgres import PostgresLog
from services.worker.workers import SANDBOX, announcer
from tests.answers import NoAnswers
from tests.eventually import eventually
from tests.harness import ADA, now
from tests.workflows.conftest import Harness
from tests.workflows.test_histories import record, replayer
from workflows.announcement import AnnouncementWorkflow
from workflows.ids import (
    ANNOUNCEMENT_WORKFLOW,
    COMMS_QUEUE,
    UPDATE_PUBLISHED,
    announcement_workflow_id,
)
from workflows.messages import AnnouncementInput

pytestmark = pytest.mark.stack


@dataclass
class Comms:
    """The announcement's activities; what is sent lands here, and one way may hang."""

    harness: Harness
    sent: list[tuple[str, int, bool]] = field(default_factory=list)
    hanging: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)

    @property
    def log(self) -> PostgresLog:
        return self.harness.log

    @activity.defn(name=PLAN_ANNOUNCEMENT)
    async def plan_announcement(self, task: AnnouncementPlanInput) -> AnnouncementPlan:
        update = await newest_update(self.log, task.incident_id)
        if update is None or update.number <= task.after:
            return AnnouncementPlan(number=None, deliveries=())
        deliveries = tuple(
            IntendedDelivery(
                delivery_id=post_id_for(
                    task.incident_id, update.number, ResponderId(who), "email", 0
                ),
                subscription_id=SubscriptionId(who),
                responder_id=ResponderId(who),
                channel="email",
                address=0,
            )
            for who in ("bea", "sue")
        )
        return AnnouncementPlan(number=update.number, deliveries=deliveries)

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        assert task.incident_id
        stream = announcement_stream(task.incident_id)
        announcement, _ = await load(self.log, announcement_decider, stream)
        pending = announcement.ledger.pending[task.delivery_id]
        who, number = pending.delivery.responder_id, int(pending.about)
        self.tried.add(who)
        while who in self.hanging:  # noqa: ASYNC110  the provider takes its time
            await asyncio.sleep(0.05)
        newest = await newest_update(self.log, task.incident_id)
        if newest is None or newest.number != number:
            return DeliveryOutcome(state=DeliveryState.SUPPRESSED, attempts=1, reason="superseded")
        self.sent.append((who, number, task.possible_repeat))
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=1, provider_id="m-1")

    async def publish(self, incident_id: IncidentId) -> None:
        """Publish an update and wake the workflow, as the relay does."""
        update = PublishStatusUpdate(
            impact="Payments fail",
            current_actions="Rolling back",
            next_update_at=None,
            actor=ADA,
            at=now(),
        )
        await self.harness.give(incident_id, update)
        await self.wake(incident_id)

    async def wake(self, incident_id: IncidentId) -> None:
        await self.harness.temporal.start_workflow(
            ANNOUNCEMENT_WORKFLOW,
            AnnouncementInput(incident_id=incident_id),
            id=announcement_workflow_id(incident_id),
            task_queue=COMMS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=UPDATE_PUBLISHED,
        )

    def workflow(self, incident_id: IncidentId) -> "WorkflowHandle[object, object]":
        return self.harness.temporal.get_workflow_handle(announcement_workflow_id(incident_id))

    async def ends(self, incident_id: IncidentId) -> None:
        async with asyncio.timeout(20):
            await self.workflow(incident_id).result()

    async def tries(self, who: str) -> None:
        await eventually(f"a message to {who} is tried", lambda: who in self.tried)


@pytest.fixture
async def comms(harness: Harness) -> AsyncIterator[Comms]:
    one = Comms(harness)
    recording = Recording(harness.log, NoAnswers())
    async with announcer(harness.temporal, recording, one, one, runner=SANDBOX):
        yield one
        one.hanging.clear()


async def test_an_update_goes_to_everybody_and_the_workflow_ends(comms: Comms) -> None:
    incident_id = await comms.harness.declare()
    await comms.publish(incident_id)
    await comms.ends(incident_id)
    assert sorted(comms.sent) == [("bea", 1, False), ("sue", 1, False)]
    happened = await comms.harness.happened(announcement_stream(incident_id))
    assert happened == ["announcement.planned", "delivery.sent", "delivery.sent"]

    await comms.wake(incident_id)  # the relay may say it twice
    await comms.ends(incident_id)
    assert len(comms.sent) == 2


async def test_a_hanging_provider_delays_nobody_else_and_sends_nothing_old_after_something_new(
    comms: Comms,
) -> None:
    incident_id = await comms.harness.declare()
    comms.hanging.add("bea")
    await comms.publish(incident_id)
    await comms.tries("bea")
    await comms.publish(incident_id)
    await eventually("sue is sent the second", lambda: ("sue", 2, False) in comms.sent)
    assert not [one for one in comms.sent if one[0] == "bea"]
    comms.hanging.clear()
    await comms.ends(incident_id)
    assert [one for one in comms.sent if one[0] == "bea"] == [("bea", 2, False)]
    happened = await comms.harness.happened(announcement_stream(incident_id))
    assert happened.count("delivery.suppressed") >= 1
    told = await comms.workflow(incident_id).fetch_history()
    await replayer(AnnouncementWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("AnnouncementWorkflow", "overtaken", told)


async def test_a_second_life_sends_what_has_no_outcome_again_and_marks_it(comms: Comms) -> None:
    incident_id = await comms.harness.declare()
    comms.hanging |= {"bea", "sue"}
    await comms.publish(incident_id)
    await comms.tries("bea")
    await comms.workflow(incident_id).terminate("by hand")
    comms.hanging.clear()
    comms.sent.clear()
    await comms.wake(incident_id)
    await comms.ends(incident_id)
    assert ("bea", 1, True) in comms.sent
    told = await comms.workflow(incident_id).fetch_history()
    await replayer(AnnouncementWorkflow).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("AnnouncementWorkflow", "second_life", told)
