"""Customers are told of an incident over HTTP, on pages that are there, and never of a secret."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from tests.services.api.test_configuration_reads import admin, projecting, set_up

__all__ = ["admin", "projecting"]
pytestmark = pytest.mark.stack

PAGE = {
    "name": "Acme",
    "components": [
        {"component_id": "checkout", "name": "Checkout", "service_ids": ["checkout"]},
        {"component_id": "search", "name": "Search"},
    ],
}
POST: dict[str, Any] = {
    "status_page_ids": ["acme"],
    "title": "Payments fail",
    "state": "investigating",
    "text": "Some card payments fail.",
    "affected": [
        {"status_page_id": "acme", "component_id": "checkout", "status": "partial_outage"}
    ],
}


def after(answer: Response) -> dict[str, str]:
    assert answer.is_success, answer.text
    return {"after_position": answer.headers["Tocsin-Position"]}


async def declared(admin: AsyncClient, **more: object) -> str:
    await set_up(admin)
    await admin.put("/v1/status-pages/acme", json=PAGE)
    body = {"title": "Checkout answers 500", "service_id": "checkout", **more}
    answer = await admin.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return f"/v1/incidents/{answer.json()['incident_id']}/public-posts"


async def test_a_page_is_made_read_back_and_taken_down(admin: AsyncClient) -> None:
    await set_up(admin)
    made = await admin.put("/v1/status-pages/acme", json=PAGE)
    shown = await admin.get("/v1/status-pages/acme", params=after(made))
    assert [one["name"] for one in shown.json()["components"]] == ["Checkout", "Search"]
    (listed,) = (await admin.get("/v1/status-pages", params=after(made))).json()["status_pages"]
    assert listed == shown.json()
    gone = await admin.delete("/v1/status-pages/acme")
    assert (await admin.get("/v1/status-pages/acme", params=after(gone))).status_code == 404
    assert (await admin.get("/v1/status-pages")).json()["status_pages"] == []


async def test_customers_are_told_and_the_words_are_corrected(admin: AsyncClient) -> None:
    posts = await declared(admin)
    published = await admin.post(posts, json=POST)
    shown = (await admin.get(posts, params=after(published))).json()
    assert (shown["title"], shown["state"]) == ("Payments fail", "investigating")
    assert shown["public_id"] not in (None, posts.split("/")[3])  # ours tells when it was declared
    corrected = await admin.put(f"{posts}/1", json={"text": "Card payments fail."})
    (post,) = (await admin.get(posts, params=after(corrected))).json()["posts"]
    assert post["text"] == "Card payments fail."
    assert post["corrected_at"] is not None


async def test_an_older_state_after_a_newer_one_is_refused(admin: AsyncClient) -> None:
    posts = await declared(admin)
    resolved = {**POST, "state": "resolved", "affected": []}
    assert (await admin.post(posts, json=resolved)).is_success
    refused = await admin.post(posts, json=POST)
    assert (refused.status_code, refused.json()["state"]) == (409, "resolved")
    assert (await admin.post(posts, json={**POST, "reopens": True})).is_success


async def test_a_drill_and_a_private_incident_reach_no_customer(admin: AsyncClient) -> None:
    for secret, word in (({"drill": True}, "drill"), ({"private": True}, "private")):
        posts = await declared(admin, **secret)
        refused = await admin.post(posts, json=POST)
        assert (refused.status_code, word in refused.json()["detail"]) == (409, True)


async def test_a_page_or_component_that_is_not_there_is_named(admin: AsyncClient) -> None:
    posts = await declared(admin)
    nowhere = {**POST, "status_page_ids": ["acme", "office"]}
    refused = (await admin.post(posts, json=nowhere)).json()
    assert refused["errors"] == [
        {"field": "body.status_page_ids.1", "reason": "No such status page: office."}
    ]
    unknown = {"status_page_id": "acme", "component_id": "billing", "status": "major_outage"}
    refused = (await admin.post(posts, json={**POST, "affected": [unknown]})).json()
    assert refused["errors"] == [
        {
            "field": "body.affected.0",
            "reason": "Status page acme has no component billing.",
        }
    ]
