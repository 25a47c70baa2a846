"""An escalation on the real servers: levels, escalation timeout, answers, second lives."""

import asyncio
from uuid import uuid4

import pytest

from events.ids import ResponderId, page_stream
from events.incident.commands import (
    AcknowledgeIncident,
    DeclineIncident,
    ResolveIncident,
)
from events.incident.roles.commands import AssignRole
from events.incident.roles.events import Role
from events.log.queues.inbox import PostgresInbox
from services.commanding.deferred import deferred
from tests.harness import ADA, ADMIN, METADATA, now
from tests.workflows.conftest import Harness
from tests.workflows.resting import rests
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

pytestmark = pytest.mark.stack

REACHED = "page.level_reached"


async def test_the_second_level_is_paged_when_the_first_stays_silent(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", "grace"))
    await harness.page_happens(incident_id, "escalation.exhausted")
    stream = page_stream(harness.page_of(incident_id))
    happened = [t for t in await harness.happened(stream) if t != "delivery.sent"]
    assert happened == [
        "page.started",
        REACHED,
        "page.timed_out",
        REACHED,
        "page.timed_out",
        "escalation.exhausted",
    ]
    assert len({order.delivery_id for order in harness.outbox.sent}) == 2


async def test_an_answer_stops_escalation_and_acknowledges_the_incident(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.answer(incident_id, ADA)
    await harness.incident_happens(incident_id, "incident.acknowledged")
    assert (await harness.happened(page_stream(harness.page_of(incident_id)))).count(REACHED) == 1
    await harness.page_happens(incident_id, "page.acknowledged")


async def test_acknowledging_the_incident_stops_its_page(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.acknowledged")


async def test_a_resolved_incident_pages_nobody_any_more(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    commander = AssignRole(
        role=Role.COMMANDER, responder_id=ResponderId("ada"), actor=ADMIN, at=now()
    )
    await harness.give(incident_id, commander)
    await harness.give(incident_id, ResolveIncident(summary="Fixed", actor=ADMIN, at=now()))
    await harness.page_happens(incident_id, "page.stopped")


async def test_a_false_alarm_pages_nobody_any_more(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    await harness.page_happens(incident_id, "page.stopped")


async def test_a_round_that_nobody_answers_is_repeated_as_often_as_the_policy_says(
    harness: Harness,
) -> None:
    incident_id = await harness.declare(
        await harness.policy("ada", repeats=2, escalation_timeout=0.2)
    )
    await harness.page_happens(incident_id, "escalation.exhausted")
    stream = page_stream(harness.page_of(incident_id))
    assert (await harness.happened(stream)).count(REACHED) == 3


async def test_an_exhausted_page_can_still_be_answered(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=0.2))
    await harness.page_happens(incident_id, "escalation.exhausted")
    await harness.answer(incident_id, ADA)
    await harness.incident_happens(incident_id, "incident.acknowledged")


async def test_nobody_waits_for_a_level_that_cannot_be_reached(harness: Harness) -> None:
    harness.outbox.failing = True
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=60))
    await harness.page_happens(incident_id, "escalation.exhausted")
    stream = page_stream(harness.page_of(incident_id))
    assert (await harness.happened(stream)).count("delivery.failed") == 2
    failed = [
        event.payload
        for event in await harness.log.read_stream(stream)
        if event.type == "delivery.failed"
    ]
    assert all(b'"error":"DeliveryRefused: http_404"' in payload for payload in failed)
    assert all(b'"attempts":3' in payload for payload in failed)


async def test_a_page_that_was_cut_off_goes_on_where_it_was_and_sends_nothing_twice(
    harness: Harness,
) -> None:
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=3))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    await harness.page_happens(incident_id, "escalation.exhausted")

    stream = page_stream(harness.page_of(incident_id))
    assert (await harness.happened(stream)).count(REACHED) == 2
    assert [order.possible_repeat for order in harness.outbox.sent] == [False, False]


async def test_an_answer_ends_the_page_before_it_is_told(harness: Harness) -> None:
    """Nothing has to be told to anybody: who answers, and reads the log then, sees both facts."""
    incident_id = await harness.declare(await harness.policy("ada", "grace", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.answer(incident_id, ADA)
    assert "page.acknowledged" in await harness.happened(page_stream(harness.page_of(incident_id)))


async def test_an_incident_answered_before_its_first_task_pages_nobody(
    idle_harness: Harness,
) -> None:
    incident_id = await idle_harness.declare(
        await idle_harness.policy("ada", "grace", escalation_timeout=0.2)
    )
    answering = asyncio.create_task(
        idle_harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    )
    await asyncio.sleep(0.5)
    async with idle_harness.working():
        await answering
        await rests(idle_harness.incident(incident_id))
    assert idle_harness.outbox.sent == []
    assert await idle_harness.happened(page_stream(idle_harness.page_of(incident_id))) == []


async def test_an_answer_that_waits_for_temporal_pages_nobody_when_it_is_back(
    idle_harness: Harness,
) -> None:
    incident_id = await idle_harness.declare(
        await idle_harness.policy("ada", "grace", escalation_timeout=0.2)
    )
    inbox = PostgresInbox(idle_harness.log.database)
    envelope = IncidentCommandEnvelope(
        command_id=uuid4(),
        request_digest="00" * 32,
        metadata=METADATA,
        command=AcknowledgeIncident(actor=ADA, at=now()),
    )
    await inbox.put(deferred(incident_workflow_id(incident_id), envelope))
    async with idle_harness.working():
        await idle_harness.page_happens(incident_id, "page.started")
        await asyncio.sleep(1)
        await idle_harness.give(incident_id, envelope.command, command_id=envelope.command_id)
        await idle_harness.page_happens(incident_id, "page.acknowledged")
    assert idle_harness.outbox.sent == []
    happened = await idle_harness.happened(page_stream(idle_harness.page_of(incident_id)))
    assert happened == ["page.started", "page.acknowledged"]
