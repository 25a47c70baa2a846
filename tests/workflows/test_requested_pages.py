"""The pages of an incident on the real servers: none is lost, none goes out twice or too early."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from events.ids import IncidentId, ResponderId, incident_stream, page_stream
from events.incident.commands import AcknowledgeIncident, ReopenIncident, ResolveIncident
from events.incident.pages.commands import RequestPage
from events.incident.pages.events import IncidentPageRequested
from events.incident.phases import Phase
from events.log.codec import codec_for
from events.log.recorded import Append
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.registry import ALL_EVENTS
from tests.harness import ADA, ADMIN, GRACE, METADATA, now
from tests.workflows.conftest import Harness

pytestmark = pytest.mark.stack

TO_GRACE = PageTarget(responder_ids=(ResponderId("grace"),))


async def test_a_reopened_incident_pages_until_somebody_takes_it_again(harness: Harness) -> None:
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.give(incident_id, ResolveIncident(summary="Fixed", actor=ADMIN, at=now()))
    back = ReopenIncident(phase=Phase.RESPONSE, reason="It is back", actor=ADMIN, at=now())
    await harness.give(incident_id, back)
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    await harness.answer(incident_id, ADA, number=2)
    await harness.page_happens(incident_id, "page.acknowledged", number=2)
    await harness.give(
        incident_id, ResolveIncident(summary="Fixed for good", actor=ADMIN, at=now())
    )
    told = await harness.happened(incident_stream(incident_id))
    assert told.count("incident.acknowledged") == 2
    assert len(harness.outbox.sent) == 2


async def test_a_reminder_goes_out_though_the_incident_is_taken_and_its_answer_stays_its_own(
    harness: Harness,
) -> None:
    await harness.responder("grace")
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    call = RequestPage(ask="Look at the database", target=TO_GRACE, actor=ADA, at=now())
    await harness.give(incident_id, call)
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    await harness.answer(incident_id, GRACE, number=2)
    await harness.incident_happens(incident_id, "incident.page_answered")
    told = await harness.happened(incident_stream(incident_id))
    assert told.count("incident.acknowledged") == 1


async def test_a_second_life_of_the_incident_sends_no_page_again(harness: Harness) -> None:
    await harness.responder("grace")
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    call = RequestPage(ask="Look at the database", target=TO_GRACE, actor=ADA, at=now())
    await harness.give(incident_id, call)
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.page_happens(incident_id, "delivery.sent", number=2)
    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    await harness.answer(incident_id, GRACE, number=2)
    await harness.incident_happens(incident_id, "incident.page_answered")
    assert len(harness.outbox.sent) == 2


async def test_a_page_that_waits_for_its_time_goes_out_then(idle_harness: Harness) -> None:
    harness = idle_harness
    await harness.responder("grace")
    incident_id = await harness.declare()
    opens = now() + timedelta(seconds=2)
    await append(harness, waiting(incident_id, opens))
    async with harness.working():
        await harness.page_happens(incident_id, "delivery.sent", number=2)
    released, started = [
        next(one for one in await harness.log.read_stream(stream) if one.type == type_)
        for stream, type_ in (
            (incident_stream(incident_id), "incident.page_sent_now"),
            (page_stream(harness.page_of(incident_id, 2)), "page.started"),
        )
    ]
    assert opens <= released.recorded_at <= started.recorded_at


def waiting(incident_id: IncidentId, opens: datetime) -> IncidentPageRequested:
    return IncidentPageRequested(
        incident_id=incident_id,
        number=2,
        purpose=Purpose.RESPONSE,
        about="test",
        ask="Take it",
        target=TO_GRACE,
        not_before=opens,
        requested_by="api_key:test",
        requested_at=now(),
    )


async def append(harness: Harness, event: IncidentPageRequested) -> None:
    await harness.log.append(
        Append(
            stream=incident_stream(event.incident_id),
            command_id=uuid4(),
            request_digest=bytes(32),
            expected_version=1,
            events=(codec_for(ALL_EVENTS).encode(event),),
            metadata=METADATA,
        )
    )
