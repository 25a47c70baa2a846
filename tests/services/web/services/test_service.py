"""The page of a service: who is paged for it, how it is, and its maintenance."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from events.configuration.api_key import ApiScope
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack


@pytest.fixture
async def root(site: Site) -> Browser:
    """An admin, who has made a service and whom its policy pages."""
    browser = await site.browser_of("root", ApiScope.ADMIN)
    method = {"channel": "email", "address": "root@example.org"}
    body = {"name": "Root", "contact_methods": [method]}
    assert (await site.api.http.put("/v1/responders/root", json=body)).is_success
    policy = {"targets-0": "person:root", "minutes-0": "5"}
    await browser.send("/new-policy", command="p", id="payments", name="Payments", **policy)
    made = await browser.send(
        "/new-service",
        command="s",
        id="checkout",
        name="Checkout",
        escalation_policy_id="payments",
    )
    assert made.status_code == 200, made.text
    return browser


async def test_a_service_shows_its_policy_its_incidents_and_who_is_paged_first(
    site: Site, root: Browser
) -> None:
    declared = await site.api.declare(service_id="checkout", severity="SEV2")
    shown = await root.get(f"/services/checkout?after_position={declared['position']}")
    assert shown.status_code == 200, shown.text
    assert '<a href="/policies/payments">Payments</a>, now <span data-person="root">' in shown.text
    assert declared["reference"] in shown.text
    assert "at any hour" in shown.text
    listed = await root.get("/services")
    assert "1 open incident" in listed.text


async def test_the_health_of_an_integration_is_what_it_received_last(
    site: Site, root: Browser
) -> None:
    body = {"name": "Grafana", "service_id": "checkout"}
    made = (await site.api.http.post("/v1/integrations", json=body)).json()
    silent = await root.get(f"/services/checkout?after_position={made['position']}")
    assert "It has received nothing yet" in silent.text
    bad = await site.api.http.post(f"/v1/integrations/{made['key']}/alertmanager", content=b"[")
    assert bad.status_code < 500
    heard = await root.get("/services/checkout")
    assert "last received" in heard.text


async def test_a_service_is_edited_with_its_links_and_alert_handling(root: Browser) -> None:
    links = {"kind-0": "runbook", "title-0": "Restart", "url-0": "https://wiki.example.org/r"}
    linked = await root.send("/services/checkout/links", command="l", seen="1", **links)
    assert '<a href="https://wiki.example.org/r" rel="noreferrer">Restart</a>' in linked.text
    handled = await root.send(
        "/services/checkout/alert-handling", command="h", seen="2", auto_resolve_after="240"
    )
    assert handled.status_code == 200, handled.text
    shown = await root.get("/services/checkout/edit")
    assert 'name="auto_resolve_after" type="number" value="240"' in shown.text
    words = await root.send("/services/checkout/alert-handling", auto_resolve_after="soon")
    assert "Write a whole number." in words.text
    bad = await root.send("/services/checkout/links", **{**links, "url-0": "javascript:alert(1)"})
    assert bad.status_code == 422
    named = await root.send("/services/checkout/edit", seen="3", name="Check-out")
    assert named.status_code == 200, named.text
    assert "Nobody is paged for it" in (await root.get("/services/checkout")).text


async def test_maintenance_is_planned_and_ended_with_its_reason(root: Browser) -> None:
    later = f"{datetime.now(UTC) + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    windows = "/services/checkout/maintenance-windows"
    planned = await root.send(windows, command="w", name="Upgrade", reason="New", ends_at=later)
    assert planned.status_code == 200, planned.text
    assert "<b>Running</b>" in planned.text
    assert "maintenance is on" in (await root.get("/services")).text
    [path] = re.findall(r'action="([^"]+/end)"', planned.text)
    without = await root.send(path, command="e", reason="")
    assert without.status_code == 422
    ended = await root.send(path, command="f", reason="Done early")
    assert ended.status_code == 200, ended.text
    assert "None is planned." in ended.text


async def test_a_responder_of_no_team_is_refused_by_the_api(site: Site, root: Browser) -> None:
    ada = await site.browser_of("ada")
    refused = await ada.send("/services/checkout/edit", name="Mine")
    assert refused.status_code == 403
    past = await root.get("/services/checkout?as_of=2027-01-01T00:00:00Z")
    assert 'method="post"' not in past.text
