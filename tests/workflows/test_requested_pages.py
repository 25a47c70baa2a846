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
from tests.workflows.conftest import ADA, ADMIN, GRACE, METADATA, House, now

pytestmark = pytest.mark.stack

TO_GRACE = PageTarget(responder_ids=(ResponderId("grace"),))


async def test_a_reopened_incident_pages_until_somebody_takes_it_again(house: House) -> None:
    incident_id = await house.declare(await house.policy("ada", escalation_timeout=60))
    await house.page_happens(incident_id, "delivery.sent")
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await house.give(incident_id, ResolveIncident(summary="Fixed", actor=ADMIN, at=now()))
    back = ReopenIncident(phase=Phase.RESPONSE, reason="It is back", actor=ADMIN, at=now())
    await house.give(incident_id, back)
    await house.page_happens(incident_id, "delivery.sent", number=2)
    await house.answer(incident_id, ADA, number=2)
    await house.page_happens(incident_id, "page.acknowledged", number=2)
    await house.give(incident_id, ResolveIncident(summary="Fixed for good", actor=ADMIN, at=now()))
    told = await house.happened(incident_stream(incident_id))
    assert told.count("incident.acknowledged") == 2
    assert len(house.outbox.sent) == 2


async def test_a_reminder_goes_out_though_the_incident_is_taken_and_its_answer_stays_its_own(
    house: House,
) -> None:
    await house.responder("grace")
    incident_id = await house.declare(await house.policy("ada", escalation_timeout=60))
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    call = RequestPage(ask="Look at the database", target=TO_GRACE, actor=ADA, at=now())
    await house.give(incident_id, call)
    await house.page_happens(incident_id, "delivery.sent", number=2)
    await house.answer(incident_id, GRACE, number=2)
    await house.incident_happens(incident_id, "incident.page_answered")
    told = await house.happened(incident_stream(incident_id))
    assert told.count("incident.acknowledged") == 1


async def test_a_second_life_of_the_incident_sends_no_page_again(house: House) -> None:
    await house.responder("grace")
    incident_id = await house.declare(await house.policy("ada", escalation_timeout=60))
    call = RequestPage(ask="Look at the database", target=TO_GRACE, actor=ADA, at=now())
    await house.give(incident_id, call)
    await house.page_happens(incident_id, "delivery.sent")
    await house.page_happens(incident_id, "delivery.sent", number=2)
    await house.incident(incident_id).terminate("by hand")
    await house.start(incident_id)
    await house.answer(incident_id, GRACE, number=2)
    await house.incident_happens(incident_id, "incident.page_answered")
    assert len(house.outbox.sent) == 2


async def test_a_page_that_waits_for_its_time_goes_out_then(idle_house: House) -> None:
    house = idle_house
    await house.responder("grace")
    incident_id = await house.declare()
    opens = now() + timedelta(seconds=2)
    await append(house, waiting(incident_id, opens))
    async with house.working():
        await house.page_happens(incident_id, "delivery.sent", number=2)
    released, started = [
        next(one for one in await house.log.read_stream(stream) if one.type == type_)
        for stream, type_ in (
            (incident_stream(incident_id), "incident.page_sent_now"),
            (page_stream(house.page_of(incident_id, 2)), "page.started"),
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


async def append(house: House, event: IncidentPageRequested) -> None:
    await house.log.append(
        Append(
            stream=incident_stream(event.incident_id),
            command_id=uuid4(),
            request_digest=bytes(32),
            expected_version=1,
            events=(codec_for(ALL_EVENTS).encode(event),),
            metadata=METADATA,
        )
    )
