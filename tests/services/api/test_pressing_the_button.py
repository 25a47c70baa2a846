"""The button of an acknowledgement link takes the incident as it stands when it is pressed."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from temporalio.client import Client

from events.actor import Actor
from events.ids import IncidentId, ResponderId, incident_stream, page_stream
from events.incident.commands import DeclineIncident, IncidentCommand
from events.incident.pages.commands import RequestPage
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.refusals import PostgresRefusals
from events.page.plan import PageTarget
from services.api.app import create_app
from services.commanding.deferred import deferred, kind_of
from services.settings import Settings
from tests.harness import METADATA
from tests.services.api.test_ack_page import (
    ADA,
    BEN,
    KEY,
    PRIVATE,
    REOPENED,
    RESOLVED,
    Said,
    let_in,
    removed,
    token,
)
from tests.services.real_dependencies import dependencies_on
from tests.temporal_servers import TemporalServer
from tests.workflows.conftest import Harness, Outbox
from tests.workflows.test_relations import merged_into
from workflows.messages import IncidentCommandEnvelope

pytestmark = pytest.mark.stack


@pytest.fixture
def harness(temporal_client: Client, log: PostgresLog) -> Harness:
    return Harness(temporal=temporal_client, log=log, outbox=Outbox())


@asynccontextmanager
async def phone(log: PostgresLog, temporal_address: str) -> AsyncIterator[AsyncClient]:
    """A browser on the API over these servers."""
    dependencies = dependencies_on(log, temporal_address, settings=Settings(link_key=KEY))
    transport = ASGITransport(create_app(dependencies))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as browser:
        yield browser


async def paged(harness: Harness) -> tuple[IncidentId, str, str]:
    """Return an incident whose page has gone out, and the links of Ada and Ben."""
    incident_id = await harness.declare(await harness.policy("ada", "ben", escalation_timeout=600))
    await harness.page_happens(incident_id, "delivery.sent")
    page_id, until = harness.page_of(incident_id), datetime.now(UTC) + timedelta(hours=1)
    return incident_id, token(page_id, ADA, until=until), token(page_id, BEN, until=until)


async def test_the_button_answers_and_opening_the_link_does_not(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, ben = await paged(harness)
        stream = page_stream(harness.page_of(incident_id))
        for _ in range(3):
            asked = Said(await browser.get(f"/ack/{ada}"))
            assert asked.has_button
            assert "Checkout fails" in asked.text
            assert "Ada, you were paged" in asked.text
        assert "page.acknowledged" not in await harness.happened(stream)

        pressed = await browser.post(f"/ack/{ada}")
        assert pressed.status_code == 200
        assert "You have it" in Said(pressed).text
        assert "You have it" in Said(await browser.post(f"/ack/{ada}")).text
        assert "Ada has it since" in Said(await browser.post(f"/ack/{ben}")).text
        await harness.page_happens(incident_id, "page.acknowledged")
        taken = await harness.happened(incident_stream(incident_id))
        assert taken.count("incident.acknowledged") == 1


async def test_whoever_is_paged_passes_it_on_once_and_takes_it_from_nobody(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, ben = await paged(harness)
        opened = await browser.get(f"/ack/{ada}")
        assert "Not me, page Ben" in Said(opened).text
        [address] = re.findall(r'action="([^"]+)/escalation"', opened.text)
        assert Said(await browser.get(f"/ack/{address}/escalation")).has_button
        for _ in range(2):  # a second tap asks nobody further
            passed = Said(await browser.post(f"/ack/{address}/escalation"))
            assert "You passed it on at" in passed.text
            assert "Ben is asked now" in passed.text
            assert passed.elements.count("button") == 1
        stream = page_stream(harness.page_of(incident_id))
        await harness.page_happens(incident_id, "page.escalated")
        await browser.post(f"/ack/{ben}")
        await harness.page_happens(incident_id, "page.acknowledged")
        late = Said(await browser.post(f"/ack/{address}/escalation"))
        assert "Ben has it since" in late.text
        assert "Join" in late.text
        assert (await harness.happened(stream)).count("page.escalated") == 1


async def test_an_answer_given_while_temporal_is_away_is_kept_once(
    harness: Harness, refusing_port: int
) -> None:
    async with harness.working(), phone(harness.log, f"127.0.0.1:{refusing_port}") as browser:
        incident_id, ada, _ = await paged(harness)
        pressed = await browser.post(f"/ack/{ada}")
        assert pressed.status_code == 202
        assert "Your answer is accepted" in Said(pressed).text
        assert "Your answer is accepted" in Said(await browser.post(f"/ack/{ada}")).text
        assert "Your answer is accepted" in Said(await browser.get(f"/ack/{ada}")).text
        waiting = await PostgresInbox(harness.log.database).waiting(f"incident/{incident_id}")
        assert [entry.principal for entry in waiting] == ["responder:ada"]


async def test_the_page_of_a_reopening_that_waits_for_temporal_is_answered_behind_it(
    harness: Harness, refusing_port: int
) -> None:
    async with harness.working(), phone(harness.log, f"127.0.0.1:{refusing_port}") as browser:
        incident_id, ada, _ = await paged(harness)
        await harness.give(incident_id, RESOLVED)
        assert "No longer needed" in Said(await browser.get(f"/ack/{ada}")).text
        inbox, workflow_id = PostgresInbox(harness.log.database), f"incident/{incident_id}"
        await inbox.put(deferred(workflow_id, enveloped(REOPENED)))
        assert Said(await browser.get(f"/ack/{ada}")).has_button
        assert "Your answer is accepted" in Said(await browser.post(f"/ack/{ada}")).text
        assert "Your answer is accepted" in Said(await browser.get(f"/ack/{ada}")).text
        kinds = [kind_of(entry) for entry in await inbox.waiting(workflow_id)]
        assert kinds == ["reopen_incident", "acknowledge_incident"]


def enveloped(command: IncidentCommand) -> IncidentCommandEnvelope:
    return IncidentCommandEnvelope(
        command_id=uuid4(), request_digest="00" * 32, metadata=METADATA, command=command
    )


async def test_a_page_of_an_incident_that_is_over_needs_no_answer(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, _ = await paged(harness)
        admin = Actor(principal="api_key:test", is_admin=True)
        await harness.give(
            incident_id, DeclineIncident(reason="a test", actor=admin, at=datetime.now(UTC))
        )
        await harness.page_happens(incident_id, "page.stopped")
        assert "No longer needed" in Said(await browser.post(f"/ack/{ada}")).text


async def test_the_old_link_takes_the_incident_that_was_reopened(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, ben = await paged(harness)
        assert "You have it" in Said(await browser.post(f"/ack/{ada}")).text
        await harness.give(incident_id, RESOLVED)
        await harness.give(incident_id, REOPENED)
        await harness.page_happens(incident_id, "delivery.sent", 2)

        again = await browser.get(f"/ack/{ada}")
        assert Said(again).has_button
        assert "Escalation has stopped" not in again.text
        assert "You have it" in Said(await browser.post(f"/ack/{ada}")).text
        assert "Ada has it since" in Said(await browser.post(f"/ack/{ben}")).text
        await harness.page_happens(incident_id, "page.acknowledged", 2)
        taken = await harness.happened(incident_stream(incident_id))
        assert taken.count("incident.acknowledged") == 2


async def test_who_was_removed_does_not_come_back_in_by_an_old_link(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, ben = await paged(harness)
        await harness.give(incident_id, PRIVATE)
        await harness.give(incident_id, removed(ADA))
        pressed = await browser.post(f"/ack/{ada}")
        assert pressed.status_code == 410
        assert "Checkout fails" not in pressed.text
        happened = await harness.happened(incident_stream(incident_id))
        assert not {"incident.acknowledged", "responder.joined"} & set(happened)
        kept = await PostgresRefusals(harness.log.database).after(0, 10)
        assert [one.refusal for one in kept] == ["AckLinkWithdrawn"]
        assert "You have it" in Said(await browser.post(f"/ack/{ben}")).text  # who is paged, may
        await harness.give(incident_id, let_in(ADA))
        assert "Ben has it since" in Said(await browser.get(f"/ack/{ada}")).text


async def test_the_link_of_a_merged_incident_takes_the_one_that_goes_on(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        going_on = await harness.declare()
        duplicate, ada, ben = await paged(harness)
        await harness.give(duplicate, merged_into(going_on))
        await harness.incident_happens(duplicate, "incident.merged")
        assert Said(await browser.get(f"/ack/{ada}")).has_button
        assert "You have it" in Said(await browser.post(f"/ack/{ada}")).text
        assert "incident.acknowledged" in await harness.happened(incident_stream(going_on))

        await harness.give(going_on, PRIVATE)
        withdrawn = await browser.get(f"/ack/{ben}")  # Ben was paged for the other one
        assert withdrawn.status_code == 410
        assert "You have it" in Said(await browser.get(f"/ack/{ada}")).text


async def test_who_was_only_paged_before_it_became_private_is_not_let_in_by_the_old_link(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, ben = await paged(harness)
        await browser.post(f"/ack/{ada}")
        await harness.page_happens(incident_id, "page.acknowledged")
        await harness.give(incident_id, PRIVATE)
        for method in ("GET", "POST"):
            assert (await browser.request(method, f"/ack/{ben}")).status_code == 410
        assert "You have it" in Said(await browser.get(f"/ack/{ada}")).text


async def test_whoever_is_asked_to_help_accepts_or_declines_by_its_buttons(
    harness: Harness, temporal: TemporalServer
) -> None:
    async with harness.working(), phone(harness.log, temporal.address) as browser:
        incident_id, ada, _ = await paged(harness)
        await browser.post(f"/ack/{ada}")
        people = tuple(ResponderId(one) for one in ("ben", "ada"))
        ask = RequestPage(
            ask="Look at the database",
            target=PageTarget(responder_ids=people),
            actor=Actor(principal="api_key:ada", responder_id=ADA),
            at=datetime.now(UTC),
        )
        await harness.give(incident_id, ask)
        until = datetime.now(UTC) + timedelta(hours=1)
        links = []
        for number, who in ((2, BEN), (3, ADA)):
            await harness.page_happens(incident_id, "delivery.sent", number=number)
            links.append(token(harness.page_of(incident_id, number), who, until=until))
        ben, own = links

        opened = Said(await browser.get(f"/ack/{ben}/decline"))
        assert "asks for your help: Look at the database" in opened.text
        assert opened.elements.count("button") == 2
        assert "incident.page_declined" not in await harness.happened(incident_stream(incident_id))

        declined = Said(await browser.post(f"/ack/{ben}/decline"))
        assert "You declined" in declined.text
        await browser.post(f"/ack/{ben}/decline")
        accepted = Said(await browser.post(f"/ack/{own}"))
        assert ("You accepted" in accepted.text, accepted.has_button) == (True, False)
        told = await harness.happened(incident_stream(incident_id))
        assert told.count("incident.page_declined") == 1
        assert told.count("incident.acknowledged") == 1
        await harness.page_happens(incident_id, "page.stopped", number=2)
        await harness.page_happens(incident_id, "delivery.sent", number=4)  # Ada is told


async def test_a_decline_that_temporal_cannot_hear_is_kept_for_it(
    harness: Harness, refusing_port: int
) -> None:
    async with harness.working(), phone(harness.log, f"127.0.0.1:{refusing_port}") as browser:
        incident_id, *_ = await paged(harness)
        ask = RequestPage(
            ask="Look at the database",
            target=PageTarget(responder_ids=(BEN,)),
            actor=Actor(principal="api_key:ada", responder_id=ADA),
            at=datetime.now(UTC),
        )
        await harness.give(incident_id, ask)
        await harness.page_happens(incident_id, "delivery.sent", number=2)
        until = datetime.now(UTC) + timedelta(hours=1)
        link = token(harness.page_of(incident_id, 2), BEN, until=until)
        assert "Your answer is accepted" in Said(await browser.post(f"/ack/{link}/decline")).text
        [entry] = await PostgresInbox(harness.log.database).waiting(f"incident/{incident_id}")
        assert kind_of(entry) == "decline_page"
