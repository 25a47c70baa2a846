"""The incident: who has it, what is late, what was tried, and every command of it."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.configuration.api_key import ApiScope
from events.ids import IncidentId, incident_stream, page_id_for, page_stream
from services.web.pages.incidents.commands.table import BY_NOUN, COMMANDS
from services.web.pages.incidents.story import chosen, story_of
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack


async def paged(site: Site, *people: str) -> dict[str, Any]:
    """Declare an incident for which the first of these people is paged."""
    policy = await site.api.policy(*people, escalation_timeout=300)
    service = f"service-{uuid4().hex[:8]}"
    body = {"name": "Shop", "escalation_policy_id": policy}
    assert (await site.api.http.put(f"/v1/services/{service}", json=body)).is_success
    declared = await site.api.started(service_id=service, severity="SEV2")
    page = page_stream(page_id_for(IncidentId(UUID(declared["incident_id"])), 1))
    await site.api.happens(page, "delivery.sent")
    return declared


async def shown(site: Site, browser: Browser, declared: dict[str, Any], query: str = "") -> str:
    head = (await site.api.http.get("/v1/events?limit=200")).json()["events"][-1]["position"]
    address = f"/incidents/{declared['reference']}?after_position={head}{query}"
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def stream_of(declared: dict[str, Any]) -> str:
    return incident_stream(IncidentId(UUID(declared["incident_id"])))


def order_of(text: str, *words: str) -> list[int]:
    found = [text.find(word) for word in words]
    assert -1 not in found, words[found.index(-1)]
    return found


async def test_a_responder_reads_what_is_wrong_how_long_it_waits_and_who_is_asked_next(
    site: Site, ada: Browser
) -> None:
    declared = await paged(site, "ola", "ines")
    text = await shown(site, ada, declared)
    places = order_of(
        text, 'class="strip sev2"', "<h1>", "without an answer", "Asked now", "After that",
        "Changed shortly before",
    )  # fmt: skip
    assert places == sorted(places)
    assert re.search(r'data-person="ola">Ola</span>, level 1 of 2', text)
    assert re.search(r'data-person="ines">Ines</span> at <time', text)


async def test_after_the_press_the_same_place_says_who_has_it_and_offers_nothing(
    site: Site, ada: Browser
) -> None:
    declared = await paged(site, "ola", "ines")
    before = await shown(site, ada, declared)
    place = re.compile(r'<div class="answer">(.*?)</div>', re.DOTALL)
    said = place.search(before)
    assert said is not None
    assert "Acknowledge" in said[1]
    assert "Not me, escalate" in said[1]
    answer = await ada.send(f"/incidents/{declared['reference']}/acknowledgement", seen="2")
    assert answer.status_code == 200, answer.text
    await site.api.happens(stream_of(declared), "incident.acknowledged")
    said = place.search(await shown(site, ada, declared))
    assert said is not None
    assert "<button" not in said[1]
    assert 'Acknowledged by <span data-person="ada">Ada</span> at' in said[1]
    assert "Nobody else is being paged." in said[1]


async def test_not_me_pages_the_next_level_at_once(site: Site, ada: Browser) -> None:
    declared = await paged(site, "ola", "ines")
    text = await shown(site, ada, declared)
    fields = dict(re.findall(r'name="(number|round|level|seen)" value="(\d+)"', text))
    address = f"/incidents/{declared['reference']}/pages/escalation"
    assert (await ada.send(address, **fields)).status_code == 200
    page = page_stream(page_id_for(IncidentId(UUID(declared["incident_id"])), 1))
    await site.api.happens(page, "page.escalated")


async def test_what_was_refused_is_said_at_the_form_with_what_was_written(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV2")
    address = f"/incidents/{declared['reference']}/merge"
    answer = await ada.send(address, command=str(uuid4()), into="INC-9999", reason="The same <b>")
    assert answer.status_code in {404, 409, 422}
    answer = await ada.send(
        f"/incidents/{declared['reference']}/timestamps",
        command=str(uuid4()),
        timestamp="began",
        happened_at="yesterday",
        reason="The graph <b>",
    )
    assert answer.status_code == 422
    assert "yesterday is not a time" in answer.text
    assert "The graph &lt;b&gt;" in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_every_command_has_a_page_of_its_own(site: Site, ada: Browser) -> None:
    declared = await site.api.declare(severity="SEV2")
    for noun in (one.noun for one in COMMANDS):
        answer = await ada.get(f"/incidents/{declared['reference']}/{noun}")
        assert answer.status_code == 200, f"{noun}: {answer.text}"
        assert f"<h1>{BY_NOUN[noun].button}</h1>" in answer.text


async def test_a_phase_a_role_and_an_action_are_given_from_the_screen(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV2")
    at = f"/incidents/{declared['reference']}"
    for noun, fields in (
        ("acknowledgement", {}),
        ("roles/assignment", {"role": "commander", "responder_id": "ada"}),
        ("phase", {"phase": "triage"}),
        ("mitigation-actions", {"kind": "rollback", "description": "Back to v2.3.3"}),
        ("notes", {"text": "d: Roll back <script>alert(1)</script>"}),
    ):
        answer = await ada.send(f"{at}/{noun}", command=str(uuid4()), **fields)
        assert answer.status_code == 200, f"{noun}: {answer.text}"
    await site.api.happens(stream_of(declared), "mitigation_action.started")
    text = await shown(site, ada, declared)
    assert "Back to v2.3.3" in text
    assert '<li class="decision" data-row>' in text
    assert "<script>alert" not in text
    assert '<li class="now" aria-current="step"><b>Triage</b>' in text


async def test_a_link_is_added_and_removed(site: Site, ada: Browser) -> None:
    declared = await site.api.started(severity="SEV2")
    at = f"/incidents/{declared['reference']}"
    url = "https://wiki.example.com/a?b=c&d=e"
    for noun, fields, event in (
        ("links", {"kind": "runbook", "title": "Wiki", "url": url}, "incident.link_added"),
        ("links/removal", {"url": url}, "incident.link_removed"),
        ("privacy", {"reason": "Personal data"}, "incident.privacy_changed"),
    ):
        answer = await ada.send(f"{at}/{noun}", command=str(uuid4()), **fields)
        assert answer.status_code == 200, f"{noun}: {answer.text}"
        await site.api.happens(stream_of(declared), event)


async def test_the_title_of_a_private_incident_is_in_no_tab(site: Site, ada: Browser) -> None:
    admin = await site.browser_of("root", ApiScope.ADMIN)
    declared = await site.api.declare(title="A stranger reads salaries", private=True)
    text = await shown(site, admin, declared)
    assert "A stranger reads salaries" in text
    title = re.search(r"<title>(.*?)</title>", text)
    assert title is not None
    assert "stranger" not in title[1]
    assert (await ada.get(f"/incidents/{declared['reference']}")).status_code == 404


async def test_the_past_has_no_forms_and_an_observer_has_none_either(
    site: Site, ada: Browser
) -> None:
    declared = await site.api.started(severity="SEV1")
    observer = await site.browser_of("olga", ApiScope.OBSERVER)
    past = await ada.get(f"/incidents/{declared['reference']}?as_of={declared['position']}")
    assert past.status_code == 200
    assert "<form" not in past.text
    assert "As it was" in past.text
    assert "<form" not in await shown(site, observer, declared)


def entry(kind: str, **more: object) -> dict[str, Any]:
    plain = {"note": None, "by": "responder:ada", "sentence": "ada did it.", "principal": "x"}
    when = {"position": 1, "occurred_at": "2026-11-29T03:00:00Z"}
    return {"type": kind, **when, **plain, **more}


def test_the_story_leaves_details_out_unless_somebody_pinned_them() -> None:
    note = {"html": "<p>d: Roll back</p>", "pinned": False}
    story = story_of([entry("page.started"), entry("note.written", note=note)])
    assert [one.kind for one in chosen(story, None)] == ["Decision"]
    assert [one.kind for one in chosen(story, "all")] == ["Decision", "Page"]
    assert str(story[0].note()) == "<p>Roll back</p>"


def test_what_somebody_lifted_is_in_the_story_and_what_stands_there_anyway_needs_no_lift() -> None:
    told = [
        entry("page.started", position=7),
        entry("delivery.sent", position=8),
        entry("incident.declared", position=9),
    ]
    declared, sent, paged = story_of(told, {7: "shown", 9: "hidden"})
    assert [one.entry["position"] for one in chosen([declared, sent, paged], None)] == [9, 7]
    assert (paged.lifted, sent.can_be_lifted, declared.can_be_lifted) == (True, True, True)
    [untouched] = story_of([entry("incident.declared", position=9)])
    assert not untouched.can_be_lifted
