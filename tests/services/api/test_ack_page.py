"""A link in a message answers its page: by the button, once, and never by being opened."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from pydantic import SecretStr

from activities.page.ack_links import AckLink, AckLinks
from events.actor import Actor
from events.decider import Decider
from events.handle import handle
from events.ids import (
    DeliveryId,
    EscalationPolicyId,
    IncidentId,
    PageId,
    ResponderId,
    SubjectId,
    incident_stream,
    page_id_for,
    page_stream,
    subject_stream,
)
from events.incident.commands import (
    AcknowledgeIncident,
    DeclareIncident,
    IncidentCommand,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.decide import incident_decider
from events.incident.pages.answers import Standing
from events.incident.phases import Phase
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from events.log.memory import MemoryLog
from events.log.queues.inbox import PostgresInbox
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import Metadata
from events.page.commands import StartPage
from events.page.decide import page_decider
from events.page.plan import PagePlan
from events.subject.commands import ForgetSubject
from events.subject.decide import subject_decider
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.resources.acknowledgement.words import facts_of, words_for
from services.commanding.by_link.answers import Asked
from services.newest_level import AskedLevel
from services.settings import Settings

KEY = SecretStr("a key of the tests that is long enough")
ADA, BEN = ResponderId("ada"), ResponderId("ben")
NOW = datetime(2026, 11, 23, 3, 12, tzinfo=UTC)


def token(
    page_id: PageId,
    responder_id: ResponderId = ADA,
    *,
    until: datetime = NOW + timedelta(days=1),
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
    told = Settings(link_key=KEY)
    return replace(dependencies, settings=told, clock=lambda: NOW, inbox=MemoryInbox())


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


async def page_with(
    log: MemoryLog, *commands: IncidentCommand, title: str = "5xx above 5%"
) -> PageId:
    """Return the page of an incident that has lived through these commands."""
    incident_id = IncidentId(uuid4())
    page_id = page_id_for(incident_id, 1)
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
    await stored(log, page_decider, page_stream(page_id), start)
    for command in commands:
        await stored(log, incident_decider, incident_stream(incident_id), command)
    return page_id


def person(responder_id: ResponderId) -> Actor:
    return Actor(principal=f"responder:{responder_id}", responder_id=responder_id)


def answered_by(responder_id: ResponderId) -> AcknowledgeIncident:
    return AcknowledgeIncident(actor=person(responder_id), at=NOW)


ROOT = Actor(principal="api_key:root", is_admin=True)
RESOLVED = ResolveIncident(summary="Rolled back.", reason="Nobody led it.", actor=ROOT, at=NOW)
REOPENED = ReopenIncident(phase=Phase.TRIAGE, reason="It is back.", actor=ROOT, at=NOW)
PRIVATE = MakeIncidentPrivate(reason="Breach.", actor=ROOT, at=NOW)
OPENED = MakeIncidentPublic(reason="Published.", actor=ROOT, at=NOW)


def removed(responder_id: ResponderId) -> RemoveMember:
    return RemoveMember(responder_id=responder_id, actor=ROOT, at=NOW)


def let_in(responder_id: ResponderId) -> AddMember:
    return AddMember(responder_id=responder_id, actor=ROOT, at=NOW)


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
    assert "you answered at 03:12:00 UTC" in said.text
    assert not said.has_button


async def test_a_browser_that_answers_from_a_notification_is_told_in_the_same_words(
    client: AsyncClient, memory: MemoryLog
) -> None:
    asks = {"accept": "application/json"}
    taken = token(await page_with(memory, answered_by(ADA)))
    answer = await client.post(f"/ack/{taken}", headers=asks)
    assert answer.json()["heading"] == "You have it"
    assert not answer.json()["asks"]
    waiting = await client.get(f"/ack/{token(await page_with(memory))}", headers=asks)
    assert waiting.json()["asks"]
    wrong = await client.post("/ack/nonsense", headers=asks)
    assert (wrong.status_code, wrong.json()["asks"]) == (404, False)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_comes_second_is_told_who_has_it(
    client: AsyncClient, memory: MemoryLog, method: str
) -> None:
    page_id = await page_with(memory, answered_by(BEN))
    said = Said(await client.request(method, f"/ack/{token(page_id)}"))
    assert "Already answered" in said.text
    assert "ben has it since 03:12:00 UTC" in said.text
    assert not said.has_button


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_incident_that_is_resolved_needs_nobody(
    client: AsyncClient, memory: MemoryLog, method: str
) -> None:
    page_id = await page_with(memory, answered_by(ADA), RESOLVED)
    said = Said(await client.request(method, f"/ack/{token(page_id)}"))
    assert "No longer needed" in said.text
    assert not said.has_button


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "lived",
    [(PRIVATE, removed(ADA)), (PRIVATE, removed(ADA), OPENED, PRIVATE)],
    ids=["removed", "opened_between"],
)
async def test_who_was_removed_from_a_private_incident_learns_nothing_by_an_old_link(
    client: AsyncClient, memory: MemoryLog, method: str, lived: tuple[IncidentCommand, ...]
) -> None:
    page_id = await page_with(memory, *lived)
    before = await memory.head()
    answer = await client.request(method, f"/ack/{token(page_id)}")
    assert answer.status_code == 410
    assert "counts no longer" in Said(answer).text
    assert not {"INC-1042", "5xx"} & set(Said(answer).text.split())
    assert not Said(answer).has_button
    assert await memory.head() == before


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_link_of_somebody_who_was_forgotten_answers_nothing(
    client: AsyncClient, memory: MemoryLog, method: str
) -> None:
    page_id = await page_with(memory)
    forget = ForgetSubject(subject_id=SubjectId(ADA), reason="They left.", actor=ROOT, at=NOW)
    await stored(memory, subject_decider, subject_stream(forget.subject_id), forget)
    answer = await client.request(method, f"/ack/{token(page_id)}")
    assert answer.status_code == 410
    assert "INC-1042" not in answer.text


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
    client: AsyncClient, app: FastAPI, dependencies: Dependencies, memory: MemoryLog
) -> None:
    page_id = await page_with(memory)  # PostgreSQL and Temporal are down
    app.state.dependencies = replace(dependencies, inbox=PostgresInbox(dependencies.database))
    answer = await client.post(f"/ack/{token(page_id)}")
    said = Said(answer)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert "Not acknowledged" in said.text
    assert said.has_button


@pytest.mark.parametrize(
    ("about", "said", "buttons"),
    [
        ({"standing": Standing.ASKED}, "nobody has answered yet", ["Acknowledge"]),
        ({"standing": Standing.ASKED, "ask": "Reopened"}, "you were paged: Reopened.",
         ["Acknowledge"]),
        ({"standing": Standing.ASKED, "may_decline": True, "ask": "Look", "requested_by": "Ben"},
         "Ben asks for your help: Look", ["Accept", "Decline"]),
        ({"standing": Standing.YOURS, "lapses_at": NOW + timedelta(minutes=30)},
         "Without a sign of life it is paged again at 03:42 UTC.", ["I am still on it"]),
        ({"standing": Standing.YOURS, "snoozed_until": NOW + timedelta(hours=4)},
         "It is snoozed until 07:12 UTC, and paged again then.", []),
        ({"standing": Standing.YOURS, "is_reminder": True}, "Nobody asks you for it any more.", []),
        ({"standing": Standing.OTHERS, "answered_by": "Ben",
          "snoozed_until": NOW + timedelta(days=1)}, "snoozed until 2026-11-24 03:12 UTC", []),
        ({"standing": Standing.DECLINED, "requested_by": "Ben"}, "you said no. Ben is told", []),
        ({"standing": Standing.STOPPED, "why_over": "INC-7 is resolved"},
         "INC-7 needs no answer any more: INC-7 is resolved.", []),
    ],
)  # fmt: skip
def test_a_link_says_what_became_of_the_incident_and_what_can_be_answered(
    about: dict[str, Any], said: str, buttons: list[str]
) -> None:
    asked = Asked(reference="INC-7", title="Checkout is down", severity=None, asked="Ada", **about)
    words = words_for(asked, NOW)
    assert said in words.text
    assert [button.label for button in words.buttons] == buttons


def test_whoever_is_paged_reads_how_long_it_waits_and_who_is_asked_after_them() -> None:
    asked = Asked(
        reference="INC-7",
        title="Checkout is down",
        severity=Severity.SEV1,
        asked="Ada",
        standing=Standing.ASKED,
        waits_since=NOW - timedelta(minutes=7, seconds=12),
        level=AskedLevel(level=2, levels=3, next_at=NOW + timedelta(minutes=3)),
        next_people=("Ines",),
        summary="Writes fail; reads answer.",
    )
    assert facts_of(asked, NOW) == (
        ("Waiting", "7 min 12 s without an answer, since 03:04 UTC"),
        ("You are", "on level 2 of 3"),
        ("After you", "Ines at 03:15 UTC"),
        ("Known", "Writes fail; reads answer."),
    )
    last = replace(asked, next_people=(), level=AskedLevel(level=3, levels=3))
    assert ("After you", "nobody: it is the last level") in facts_of(last, NOW)


async def test_the_tab_never_says_the_title(client: AsyncClient, memory: MemoryLog) -> None:
    page_id = await page_with(memory, title="Somebody reads salaries")
    answer = await client.get(f"/ack/{token(page_id)}")
    assert "Somebody reads salaries" in answer.text
    assert re.findall(r"<title>([^<]*)</title>", answer.text) == ["INC-1042"]
