"""A page's workflow on the real servers: levels, patience, answers, second lives."""

import asyncio

import pytest

from events.ids import ResponderId, incident_stream, page_stream
from events.incident.commands import (
    AcknowledgeIncident,
    DeclineIncident,
    ResolveIncident,
)
from events.incident.phases import Role
from events.incident.role_commands import AssignRole
from events.page.commands import AcknowledgePage
from tests.workflows.conftest import ADA, ADMIN, House, now

pytestmark = pytest.mark.stack

REACHED = "page.level_reached"


async def test_the_second_level_is_paged_when_the_first_stays_silent(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", "grace"))
    await house.page_happens(incident_id, "escalation.exhausted")
    stream = page_stream(house.page_of(incident_id))
    happened = [t for t in await house.happened(stream) if t != "page.sent"]
    assert happened == [
        "page.started",
        REACHED,
        "page.timed_out",
        REACHED,
        "page.timed_out",
        "escalation.exhausted",
    ]
    assert len({order.delivery_id for order in house.outbox.sent}) == 2


async def test_an_answer_stops_escalation_and_acknowledges_the_incident(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", "grace", patience=60))
    await house.page_happens(incident_id, "page.sent")
    await house.give_page(
        house.page_of(incident_id), AcknowledgePage(actor=ADA, via="link", at=now())
    )
    await house.incident_happens(incident_id, "incident.acknowledged")
    assert (await house.happened(page_stream(house.page_of(incident_id)))).count(REACHED) == 1
    async with asyncio.timeout(10):
        await house.page(house.page_of(incident_id)).result()


async def test_acknowledging_the_incident_stops_its_page(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", "grace", patience=60))
    await house.page_happens(incident_id, "page.sent")
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await house.page_happens(incident_id, "page.acknowledged")


async def test_a_resolved_incident_pages_nobody_any_more(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", "grace", patience=60))
    await house.page_happens(incident_id, "page.sent")
    commander = AssignRole(
        role=Role.COMMANDER, responder_id=ResponderId("ada"), actor=ADMIN, at=now()
    )
    await house.give(incident_id, commander)
    await house.give(incident_id, ResolveIncident(summary="Fixed", actor=ADMIN, at=now()))
    await house.page_happens(incident_id, "page.stopped")


async def test_a_false_alarm_pages_nobody_any_more(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", patience=60))
    await house.page_happens(incident_id, "page.sent")
    await house.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    await house.page_happens(incident_id, "page.stopped")


async def test_a_round_that_nobody_answers_is_repeated_as_often_as_the_policy_says(
    house: House,
) -> None:
    incident_id = await house.declare(await house.policy("ada", repeats=2, patience=0.2))
    await house.page_happens(incident_id, "escalation.exhausted")
    stream = page_stream(house.page_of(incident_id))
    assert (await house.happened(stream)).count(REACHED) == 3


async def test_an_exhausted_page_can_still_be_answered(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", patience=0.2))
    await house.page_happens(incident_id, "escalation.exhausted")
    await house.give_page(
        house.page_of(incident_id), AcknowledgePage(actor=ADA, via="link", at=now())
    )
    await house.incident_happens(incident_id, "incident.acknowledged")


async def test_nobody_waits_for_a_level_that_cannot_be_reached(house: House) -> None:
    house.outbox.failing = True
    incident_id = await house.declare(await house.policy("ada", "grace", patience=60))
    await house.page_happens(incident_id, "escalation.exhausted")
    stream = page_stream(house.page_of(incident_id))
    assert (await house.happened(stream)).count("page.delivery_failed") == 2
    failed = [
        event.payload
        for event in await house.log.read_stream(stream)
        if event.type == "page.delivery_failed"
    ]
    assert all(b'"error":"DeliveryRefused: http_404"' in payload for payload in failed)
    assert all(b'"attempts":3' in payload for payload in failed)


async def test_a_page_that_was_cut_off_goes_on_where_it_was_and_sends_nothing_twice(
    house: House,
) -> None:
    incident_id = await house.declare(await house.policy("ada", "grace", patience=3))
    await house.page_happens(incident_id, "page.sent")
    await house.page(house.page_of(incident_id)).terminate("by hand")
    await house.incident(incident_id).terminate("by hand")
    await house.start(incident_id)
    await house.page_happens(incident_id, "escalation.exhausted")

    stream = page_stream(house.page_of(incident_id))
    assert (await house.happened(stream)).count(REACHED) == 2
    assert [order.possible_repeat for order in house.outbox.sent] == [False, False]


async def test_an_answer_that_the_incident_missed_reaches_its_next_life(
    idle_house: House,
) -> None:
    async with idle_house.working():
        incident_id = await idle_house.declare(await idle_house.policy("ada", patience=60))
        await idle_house.page_happens(incident_id, "page.sent")
        await idle_house.incident(incident_id).terminate("by hand")
        await idle_house.give_page(
            idle_house.page_of(incident_id), AcknowledgePage(actor=ADA, via="link", at=now())
        )
        async with asyncio.timeout(10):
            await idle_house.page(idle_house.page_of(incident_id)).result()
        assert "incident.acknowledged" not in await idle_house.happened(
            incident_stream(incident_id)
        )
        await idle_house.start(incident_id)
        await idle_house.incident_happens(incident_id, "incident.acknowledged")


async def test_a_page_outlives_the_workflow_of_its_incident(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", "grace", patience=1))
    await house.page_happens(incident_id, "page.sent")
    await house.incident(incident_id).terminate("by hand")
    await house.page_happens(incident_id, "escalation.exhausted")
    async with asyncio.timeout(10):
        while len(house.outbox.sent) < 2:  # noqa: ASYNC110  the last message may be on its way
            await asyncio.sleep(0.05)
