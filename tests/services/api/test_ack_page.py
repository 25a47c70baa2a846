"""A link in a message answers its page: by the button, once, and never by being opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr
from temporalio.client import Client

from activities.ack_links import AckLink, AckLinks
from events.actor import Actor
from events.decider import Decider
from events.handle import handle
from events.ids import (
    DeliveryId,
    EscalationPolicyId,
    IncidentId,
    PageId,
    ResponderId,
    incident_stream,
    page_stream,
)
from events.incident.commands import DeclareIncident, DeclineIncident
from events.incident.decide import incident_decider
from events.log.inbox import PostgresInbox
from events.log.memory import MemoryLog
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.log.refusals import PostgresRefusals
from events.page.commands import AcknowledgePage, PageCommand, StartPage, StopPage
from events.page.decide import page_decider
from events.page.plan import PagePlan
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.api.refused_commands import RefusedCommands
from services.api.temporal_gateway import TemporalGateway
from services.settings import Settings
from tests.temporal_servers import TemporalServer
from tests.workflows.conftest import House, Outbox

KEY = SecretStr("a key of the tests that is long enough")
ADA, BEN = ResponderId("ada"), ResponderId("ben")
NOW = datetime(2026, 11, 23, 3, 12, tzinfo=UTC)


def token(
    page_id: PageId, responder_id: ResponderId = ADA, *, until: datetime = NOW + timedelta(days=1)
) -> str:
    link = AckLink(
        page_id=page_id,
        delivery_id=DeliveryId(uuid4()),
        responder_id=responder_id,
        expires_at=until,
    )
    return AckLinks(KEY).make(link)


class Said(HTMLParser):
    """What a reader of the page sees, and which elements it is made of."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[str] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1] != "style" and data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def has_button(self) -> bool:
        return "button" in self.elements


@pytest.fixture
def dependencies(dependencies: Dependencies) -> Dependencies:
    return replace(dependencies, settings=Settings(link_key=KEY), clock=lambda: NOW)


async def stored[C, S, E](
    log: MemoryLog, decider: Decider[C, S, E], stream: str, command: C
) -> None:
    await handle(
        log,
        decider,
        stream,
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="tests"),
    )


async def page_with(log: MemoryLog, *commands: PageCommand, title: str = "5xx above 5%") -> PageId:
    """Return a page that has lived through these commands."""
    incident_id, page_id = IncidentId(uuid4()), PageId(uuid4())
    policy_id = EscalationPolicyId("default")
    declare = DeclareIncident(
        incident_id=incident_id,
        reference="INC-1042",
        title=title,
        summary="",
        service_id=None,
        severity=None,
        escalation_policy_id=policy_id,
        deadlines=(),
        actor=Actor(principal="tests"),
        at=NOW,
    )
    await stored(log, incident_decider, incident_stream(incident_id), declare)
    start = StartPage(
        page_id=page_id,
        incident_id=incident_id,
        reference="INC-1042",
        plan=PagePlan(escalation_policy_id=policy_id, levels=(), repeats=0),
        at=NOW,
    )
    for command in (start, *commands):
        await stored(log, page_decider, page_stream(page_id), command)
    return page_id


def answered_by(responder_id: ResponderId) -> AcknowledgePage:
    actor = Actor(principal=f"responder:{responder_id}", responder_id=responder_id)
    return AcknowledgePage(actor=actor, via="link", at=NOW)


@pytest.fixture
def memory(dependencies: Dependencies) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    return dependencies.log


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_answered_is_told_so(client: AsyncClient, memory: MemoryLog, method: str) -> None:
    page_id = await page_with(memory, answered_by(ADA))
    answer = await client.request(method, f"/ack/{token(page_id)}")
    said = Said(answer)
    assert answer.status_code == 200
    assert "You have it" in said.text
    assert "you answered at 03:12 UTC" in said.text
    assert not said.has_button


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_comes_second_is_told_who_has_it(
    client: AsyncClient, memory: MemoryLog, method: str
) -> None:
    page_id = await page_with(memory, answered_by(BEN))
    said = Said(await client.request(method, f"/ack/{token(page_id)}"))
    assert "Already answered" in said.text
    assert "ben has it since 03:12 UTC" in said.text
    assert not said.has_button


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_that_was_stopped_needs_nobody(
    client: AsyncClient, memory: MemoryLog, method: str
) -> None:
    page_id = await page_with(memory, StopPage(reason="resolved", at=NOW))
    said = Said(await client.request(method, f"/ack/{token(page_id)}"))
    assert "No longer needed" in said.text
    assert not said.has_button


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_old_link_says_so(client: AsyncClient, memory: MemoryLog, method: str) -> None:
    page_id = await page_with(memory)
    answer = await client.request(method, f"/ack/{token(page_id, until=NOW)}")
    assert answer.status_code == 410
    assert "expired" in Said(answer).text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "forged",
    ["x", "%00", "ÿ", "A" * 400, "=" * 9, "..%2f..", token(PageId(uuid4()))[:-2]],
    ids=["short", "nul", "not_ascii", "long", "padding", "path", "cut"],
)
async def test_a_link_that_was_not_made_here_shows_nothing(
    client: AsyncClient, method: str, forged: str
) -> None:
    answer = await client.request(method, f"/ack/{forged}")
    assert answer.status_code == 404
    assert "INC-" not in answer.text


async def test_a_genuine_link_to_a_page_that_never_began_shows_nothing(client: AsyncClient) -> None:
    assert (await client.get(f"/ack/{token(PageId(uuid4()))}")).status_code == 404


async def test_the_page_loads_and_runs_nothing_and_keeps_its_address_to_itself(
    client: AsyncClient, memory: MemoryLog
) -> None:
    page_id = await page_with(memory, answered_by(ADA))
    answer = await client.get(f"/ack/{token(page_id)}")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"script", "img", "link", "iframe"} & set(Said(answer).elements)


async def test_a_title_is_shown_as_text_whatever_it_holds(
    client: AsyncClient, memory: MemoryLog
) -> None:
    title = "<script>alert(1)</script> $text"
    page_id = await page_with(memory, answered_by(ADA), title=title)
    answer = await client.get(f"/ack/{token(page_id)}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $text" in answer.text


async def test_an_answer_that_cannot_be_stored_is_not_called_one(
    client: AsyncClient, memory: MemoryLog
) -> None:
    page_id = await page_with(memory)  # PostgreSQL and Temporal are down
    answer = await client.post(f"/ack/{token(page_id)}")
    said = Said(answer)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "Not acknowledged" in said.text
    assert said.has_button


@pytest.fixture
def house(temporal_client: Client, log: PostgresLog) -> House:
    return House(client=temporal_client, log=log, outbox=Outbox())


@asynccontextmanager
async def phone(log: PostgresLog, temporal_address: str) -> AsyncIterator[AsyncClient]:
    """A browser on the API over these servers."""
    dependencies = Dependencies(
        log=log,
        database=log.database,
        inbox=PostgresInbox(log.database),
        refused=RefusedCommands(PostgresRefusals(log.database)),
        temporal=TemporalGateway(temporal_address, "default"),
        settings=Settings(link_key=KEY),
    )
    transport = ASGITransport(create_app(dependencies))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as browser:
        yield browser


async def paged(house: House) -> tuple[IncidentId, str, str]:
    """Return an incident whose page has gone out, and the links of Ada and Ben."""
    incident_id = await house.declare(await house.policy("ada", "ben", patience=600))
    await house.page_happens(incident_id, "page.sent")
    page_id, until = house.page_of(incident_id), datetime.now(UTC) + timedelta(hours=1)
    return incident_id, token(page_id, ADA, until=until), token(page_id, BEN, until=until)


@pytest.mark.stack
async def test_the_button_answers_and_opening_the_link_does_not(
    house: House, temporal: TemporalServer
) -> None:
    async with house.working(), phone(house.log, temporal.address) as browser:
        incident_id, ada, ben = await paged(house)
        stream = page_stream(house.page_of(incident_id))
        for _ in range(3):
            asked = Said(await browser.get(f"/ack/{ada}"))
            assert asked.has_button
            assert "Checkout fails" in asked.text
            assert "Ada, you are paged" in asked.text
        assert "page.acknowledged" not in await house.happened(stream)

        pressed = await browser.post(f"/ack/{ada}")
        assert pressed.status_code == 200
        assert "You have it" in Said(pressed).text
        assert "You have it" in Said(await browser.post(f"/ack/{ada}")).text
        assert "Ada has it since" in Said(await browser.post(f"/ack/{ben}")).text
        assert (await house.happened(stream)).count("page.acknowledged") == 1
        await house.incident_happens(incident_id, "incident.acknowledged")


@pytest.mark.stack
async def test_an_answer_given_while_temporal_is_away_is_kept_once(
    house: House, refusing_port: int
) -> None:
    async with house.working(), phone(house.log, f"127.0.0.1:{refusing_port}") as browser:
        incident_id, ada, _ = await paged(house)
        pressed = await browser.post(f"/ack/{ada}")
        assert pressed.status_code == 202
        assert "Your answer is kept" in Said(pressed).text
        assert "Your answer is kept" in Said(await browser.post(f"/ack/{ada}")).text
        assert "Your answer is kept" in Said(await browser.get(f"/ack/{ada}")).text
        waiting = await PostgresInbox(house.log.database).waiting(
            f"page/{house.page_of(incident_id)}"
        )
        assert [entry.principal for entry in waiting] == ["responder:ada"]


@pytest.mark.stack
async def test_a_page_of_an_incident_that_is_over_needs_no_answer(
    house: House, temporal: TemporalServer
) -> None:
    async with house.working(), phone(house.log, temporal.address) as browser:
        incident_id, ada, _ = await paged(house)
        admin = Actor(principal="api_key:test", is_admin=True)
        await house.give(
            incident_id, DeclineIncident(reason="a test", actor=admin, at=datetime.now(UTC))
        )
        await house.page_happens(incident_id, "page.stopped")
        assert "No longer needed" in Said(await browser.post(f"/ack/{ada}")).text
