"""Alerts, the event debugger and the delivery log: what came, what it became, and why."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.configuration.api_key import ApiScope
from events.ids import IncidentId
from services.web.pages.alerts.words import condition_words, grouped, outcome_words
from tests.services.web.conftest import Browser, Site

NOTHING: dict[str, Any] = {
    "title": "",
    "severity": None,
    "severity_table": None,
    "service_id": None,
    "escalation_policy_id": None,
    "grouping": None,
    "joining": None,
    "incident_type_id": None,
    "ticket_only": False,
    "pause_seconds": None,
    "business_hours": False,
    "suppress": False,
}


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"severity": "SEV4"}, ["severity SEV4"]),
        ({"suppress": True}, ["opens no incident"]),
        ({"grouping": {"fields": ["labels.cluster"]}}, ["grouped by labels.cluster"]),
        ({"joining": {"key": ""}}, ["joins the open incident of its service"]),
        ({"pause_seconds": 60, "business_hours": True}, ["has to fire for 60 s", "waits for"]),
        ({}, []),
    ],
    ids=["severity", "suppress", "grouping", "joining", "holding", "nothing"],
)
def test_a_rule_says_what_it_makes_of_an_alert(outcome: dict[str, Any], words: list[str]) -> None:
    said = outcome_words({**NOTHING, **outcome})
    assert len(said) == len(words)
    assert all(one.startswith(start) for one, start in zip(said, words, strict=True))


def test_a_condition_says_what_it_asks() -> None:
    condition = {"field": "labels.env", "comparison": "in", "values": ["a", "b"], "negated": True}
    assert condition_words(condition) == "labels.env is none of a or b"


def test_alerts_stand_with_their_incident_and_held_ones_for_themselves() -> None:
    rows: list[dict[str, Any]] = [
        {"incident_id": "1", "reference": "INC-1"},
        {"incident_id": None, "reference": None},
        {"incident_id": "1", "reference": "INC-1"},
    ]
    first, held = grouped(rows)
    assert (first["reference"], len(first["alerts"]), first["held"]) == ("INC-1", 2, False)
    assert held["held"]


async def sending(site: Site) -> tuple[str, str]:
    """Return the id and the key of an integration."""
    service = {"name": "Checkout", "escalation_policy_id": None}
    assert (await site.api.http.put("/v1/services/checkout", json=service)).is_success
    body = {"name": "Alertmanager", "service_id": "checkout"}
    made = (await site.api.http.post("/v1/integrations", json=body)).json()
    return made["integration_id"], made["key"]


async def send(site: Site, key: str, name: str) -> dict[str, Any]:
    """Have a monitor say that something is wrong, and return what became of it."""
    body = {"title": name, "dedup_key": name, "labels": {"host": "<b>db-1"}}
    answer = await site.api.http.post(f"/v1/integrations/{key}/generic", json=body)
    assert answer.is_success, answer.text
    became: dict[str, Any] = answer.json()
    return became


@pytest.fixture
async def root(site: Site) -> Browser:
    """An admin."""
    return await site.browser_of("root", ApiScope.ADMIN)


@pytest.mark.stack
async def test_an_alert_is_shown_where_it_went_and_why(site: Site, root: Browser) -> None:
    integration_id, key = await sending(site)
    rule = {
        "name": "Disks wait",
        "conditions": [{"field": "title", "comparison": "contains", "values": ["Disk"]}],
        "outcome": {"suppress": True},
    }
    path = f"/v1/routing-rules/integration.{integration_id}"
    rules = await site.api.http.put(path, json={"rules": [rule]})
    assert rules.is_success, rules.text
    await send(site, key, "Gateway down")
    await send(site, key, "Disk full")
    person = {"name": "Mei", "contact_methods": []}
    position = (await site.api.http.put("/v1/responders/mei", json=person)).json()["position"]
    shown = await root.get(f"/alerts?state=&after_position={position}")
    assert shown.status_code == 200
    assert "Gateway down" in shown.text
    assert "host</dt><dd>&lt;b&gt;db-1" in shown.text
    held = await root.get("/alerts?state=held")
    assert "Kept and shown, opens no incident: Disks wait" in held.text
    assert "Gateway down" not in held.text
    listed = await root.get("/alerts/rules")
    assert "if title contains Disk" in listed.text


@pytest.mark.stack
async def test_a_responder_lets_an_alert_through_that_is_held_back(
    site: Site, root: Browser, ada: Browser
) -> None:
    integration_id, key = await sending(site)
    path = f"/v1/routing-rules/integration.{integration_id}"
    rule = {"name": "All wait", "outcome": {"suppress": True}}
    assert (await site.api.http.put(path, json={"rules": [rule]})).is_success
    await send(site, key, "Disk full")
    mia = await site.browser_of("mia", ApiScope.OBSERVER)
    held = await ada.get("/alerts?state=held")
    [release] = re.findall(r'action="(/alerts/[^"]+/release)\?', held.text)
    assert "Let through" not in (await mia.get("/alerts?state=held")).text
    assert (await mia.send(release, command=str(uuid4()))).status_code == 403
    pressed = await ada.send(release, command=str(uuid4()))
    assert "let it through" in pressed.text
    assert "its incident opens within seconds" in pressed.text
    assert "Let through" not in pressed.text
    assert (await root.send(release, command=str(uuid4()))).status_code == 200
    ended = {"title": "Disk full", "dedup_key": "Disk full", "status": "resolved"}
    assert (await site.api.http.post(f"/v1/integrations/{key}/generic", json=ended)).is_success
    late = await ada.send(f"{release}?state=held", command=str(uuid4()))
    assert late.status_code == 409
    assert "Alert Disk full is not held back any more: it was over at" in late.text


@pytest.mark.stack
async def test_a_message_is_tried_and_replayed_with_the_rules_of_now(
    site: Site, root: Browser
) -> None:
    integration_id, key = await sending(site)
    await send(site, key, "Gateway down")
    debugger = await root.get(f"/alerts/integrations/{integration_id}")
    assert "opened an incident" in debugger.text
    [path] = re.findall(r'href="(/alerts/arrivals/[^"]+)"', debugger.text)
    message = await root.get(path)
    assert "&#34;dedup_key&#34;" in message.text
    tried = await root.send(f"{path}/trial", command="one")
    assert "By the rules of now" in tried.text
    assert "Nothing was stored." in tried.text
    replayed = await root.send(f"{path}/replay", command="two")
    assert "Replayed just now" in replayed.text
    assert len(re.findall("a replay", (await root.get(debugger.url.path)).text)) == 1


@pytest.mark.stack
async def test_what_could_not_be_read_is_a_dead_letter_with_its_reason(
    site: Site, root: Browser
) -> None:
    integration_id, key = await sending(site)
    await site.api.http.post(f"/v1/integrations/{key}/zabbix", content=b'{"no": ')
    shown = await root.get("/alerts/dead-letters")
    assert integration_id in shown.text
    assert "/alerts/arrivals/" in shown.text
    assert "could not be read" in (await root.get(f"/alerts/integrations/{integration_id}")).text


@pytest.mark.stack
async def test_whoever_may_not_read_bodies_is_told_so_and_still_sees_what_became(
    site: Site, root: Browser, ada: Browser
) -> None:
    integration_id, key = await sending(site)
    await send(site, key, "Gateway down")
    debugger = await ada.get(f"/alerts/integrations/{integration_id}")
    [path] = re.findall(r'href="(/alerts/arrivals/[^"]+)"', debugger.text)
    refused = await ada.get(path)
    assert refused.status_code == 403
    assert "Gateway down" not in refused.text
    noise = await ada.get("/alerts/noise?by=service&days=7")
    assert noise.status_code == 200


@pytest.mark.stack
async def test_the_delivery_log_shows_every_message_and_what_became_of_it(
    site: Site, root: Browser
) -> None:
    empty = await root.get("/pages")
    assert "Nothing has been sent to anybody yet." in empty.text
    nobody = await root.get("/pages?responder_id=root&state=failed")
    assert "Nothing fits these filters." in nobody.text


@pytest.mark.stack
async def test_a_private_incident_hides_its_alerts_and_messages(site: Site, ada: Browser) -> None:
    _, key = await sending(site)
    became = await send(site, key, "Secret trouble")
    await site.api.start(IncidentId(UUID(became["incident_id"])))
    hidden = await site.api.give(
        became["incident_id"], "privacy", {"reason": "It names a customer."}
    )
    assert hidden.is_success, hidden.text
    after = hidden.json()["position"]
    shown = await ada.get(f"/alerts?state=&after_position={after}")
    assert "Secret trouble" not in shown.text
    known = await site.api.http.get("/v1/alerts", params={"after_position": after})
    [alert] = known.json()["alerts"]
    assert alert["reference"] == became["reference"]
