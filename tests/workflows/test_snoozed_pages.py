"""Snoozed, reassigned and asked anew on the real servers: who is paged then, and who is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.ids import ResponderId, incident_stream
from events.incident.reassignment.commands import ReassignIncident
from events.incident.snooze.commands import EndSnooze, SnoozeIncident
from events.response_policy.policy import DEFAULT, CapturedPolicy, SeverityResponse, When
from events.values.severity import Severity
from tests.harness import ADA, GRACE, now
from tests.workflows.conftest import Harness

pytestmark = pytest.mark.stack


def short_snooze() -> SnoozeIncident:
    """Return a snooze as it was given a while ago: it ends in two seconds."""
    until = now() + timedelta(seconds=2)
    return SnoozeIncident(until=until, actor=ADA, at=until - timedelta(minutes=1))


async def test_a_snoozed_incident_is_paged_again_at_its_time_and_not_before(
    harness: Harness,
) -> None:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, short_snooze())
    await harness.page_happens(incident_id, "page.acknowledged")
    assert len(harness.outbox.sent) == 1
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    told = await harness.happened(incident_stream(incident_id))
    assert "incident.snooze_ended" in told
    await harness.answer(incident_id, ADA, number=2)
    await harness.page_happens(incident_id, "page.acknowledged", number=2)
    assert len(harness.outbox.sent) == 2


async def test_a_snooze_outlives_the_worker_and_the_workflow(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, short_snooze())
    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    await harness.page_happens(incident_id, "delivery.sent", number=2)


async def test_a_snooze_that_somebody_else_ends_is_paged_at_once(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    hours = SnoozeIncident(until=now() + timedelta(hours=4), actor=ADA, at=now())
    await harness.give(incident_id, hours)
    await harness.give(incident_id, EndSnooze(actor=GRACE, at=now()))
    await harness.page_happens(incident_id, "delivery.sent", number=2)


async def test_a_reassignment_ends_the_page_and_pages_those_it_names(harness: Harness) -> None:
    await harness.responder("grace")
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    away = ReassignIncident(
        responder_ids=(ResponderId("grace"),),
        escalation_policy_id=None,
        reason="It is hers",
        actor=ADA,
        at=now(),
    )
    await harness.give(incident_id, away)
    await harness.page_happens(incident_id, "page.stopped")
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    await harness.answer(incident_id, GRACE, number=2)
    await harness.page_happens(incident_id, "page.acknowledged", number=2)
    assert len(harness.outbox.sent) == 2


async def test_an_acknowledgement_without_a_sign_of_life_lapses_and_is_paged_afresh(
    harness: Harness,
) -> None:
    short = SeverityResponse(
        severity=Severity.SEV2, when=When.IMMEDIATE, acknowledgement_lasts=timedelta(seconds=2)
    )
    incident_id = await harness.declare(
        await harness.policy("ada", escalation_timeout=60),
        severity=Severity.SEV2,
        response=CapturedPolicy(number=1, policy=replace(DEFAULT, responses=(short,))),
    )
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.answer(incident_id, ADA)
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    told = await harness.happened(incident_stream(incident_id))
    assert told.count("incident.acknowledgement_lapsed") == 1
    await harness.answer(incident_id, GRACE, number=2)
    await harness.page_happens(incident_id, "page.acknowledged", number=2)
