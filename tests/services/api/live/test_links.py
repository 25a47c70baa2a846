"""Links on an incident: put there, shown, and taken away again."""

from typing import Any

import pytest

from tests.services.api.live.conftest import Api

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

RUNBOOK = {"kind": "runbook", "title": "Checkout", "url": "https://wiki.example.com/checkout"}
BOARD = {"kind": "dashboard", "title": "Errors", "url": "https://grafana.example.com/d/1"}


async def links(api: Api, incident: str, position: str) -> list[dict[str, Any]]:
    path, after = f"/v1/incidents/{incident}", {"after_position": position}
    answer = await api.http.get(path, params=after)
    shown: list[dict[str, Any]] = answer.json()["links"]
    return shown


async def test_a_link_is_shown_until_it_is_taken_away(api: Api) -> None:
    incident = (await api.started())["incident_id"]
    for link in (RUNBOOK, BOARD):
        added = await api.give(incident, "links", link)
        assert added.status_code == 200, added.text
    assert await links(api, incident, added.json()["position"]) == [RUNBOOK, BOARD]
    renamed = await api.give(incident, "links", RUNBOOK | {"title": "Checkout, new"})
    shown = await links(api, incident, renamed.json()["position"])
    assert [one["title"] for one in shown] == ["Errors", "Checkout, new"]
    path = f"/v1/incidents/{incident}/links"
    removed = await api.http.delete(path, params={"url": RUNBOOK["url"]})
    assert removed.status_code == 200, removed.text
    assert await links(api, incident, removed.json()["position"]) == [BOARD]
    again = await api.http.delete(path, params={"url": RUNBOOK["url"]})
    assert (again.status_code, again.json()["version"]) == (200, removed.json()["version"])


async def test_an_address_that_could_hurt_whoever_follows_it_is_refused(api: Api) -> None:
    incident = (await api.started())["incident_id"]
    for url in ("http://wiki.example.com", "javascript:alert(1)", "https://me:pass@example.com"):
        refused = await api.give(incident, "links", {"title": "Look", "url": url})
        assert (refused.status_code, refused.json()["code"]) == (422, "link-refused")


async def test_a_services_links_are_on_every_incident_that_is_declared_from_then_on(
    api: Api,
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    assert (await api.http.put("/v1/services/checkout", json=service)).is_success
    before = await api.started(service_id="checkout")
    path = "/v1/services/checkout/links"
    changed = await api.http.put(path, json={"links": [RUNBOOK, BOARD]})
    assert changed.status_code == 200, changed.text
    after = await api.started(service_id="checkout")
    assert await links(api, after["incident_id"], after["position"]) == [RUNBOOK, BOARD]
    assert await links(api, before["incident_id"], after["position"]) == []
    renamed = await api.http.put("/v1/services/checkout", json=service | {"name": "Shop"})
    seen = {"after_position": renamed.json()["position"]}
    shown = (await api.http.get("/v1/services/checkout", params=seen)).json()
    assert (shown["name"], shown["links"]) == ("Shop", [RUNBOOK, BOARD])
    missing = await api.http.put("/v1/services/nothing/links", json={"links": []})
    assert missing.status_code == 404
    unsafe = await api.http.put(path, json={"links": [RUNBOOK | {"url": "http://example.com"}]})
    assert unsafe.json()["code"] == "link-refused"
