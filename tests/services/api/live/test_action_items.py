"""Action items are opened, finished and found; those of what is hidden are not found."""

from typing import Any
from uuid import uuid4

import pytest

from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import cast_of, declared_by

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

CANARY = {"text": "Add a canary stage", "action": "prevent", "owner": "ada", "priority": "P1"}
ALERT = {"text": "Alert on the queue's age", "action": "detect", "owner": "ada", "priority": "P2"}


async def opened(api: Api, incident: str, **body: Any) -> dict[str, Any]:
    answer = await api.http.post(f"/v1/incidents/{incident}/action-items", json=body)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def listed(api: Api, headers: dict[str, str] | None = None, **query: Any) -> list[Any]:
    query = {"after_position": await api.log.head(), **query}
    answer = await api.http.get("/v1/action-items", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["action_items"]
    return items


async def test_items_have_references_and_those_due_first_stand_first(api: Api) -> None:
    await api.responder("ada")
    declared = await api.declare(severity="SEV1")
    later = await opened(api, declared["reference"], **ALERT)
    await opened(api, declared["reference"], **CANARY)
    first, second = await listed(api)
    assert [one["reference"] for one in (first, second)] == [
        f"{declared['reference']}-A2",
        f"{declared['reference']}-A1",
    ]
    assert second["action_item_id"] == later["action_item_id"]
    assert first["due_on"] < second["due_on"]  # 15 days for a P1 of a SEV1, else 60
    assert first["title"] == "Checkout fails"


async def test_a_list_in_parts_misses_none_and_repeats_none(api: Api) -> None:
    await api.responder("ada")
    declared = await api.declare()
    for number in range(5):
        await opened(api, declared["reference"], **{**CANARY, "text": f"Number {number}"})
    whole = [one["text"] for one in await listed(api)]
    parts: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        part = (await api.http.get("/v1/action-items", params=query)).json()
        parts += [one["text"] for one in part["action_items"]]
        if part["next_cursor"] is None:
            break
        query["cursor"] = part["next_cursor"]
    assert parts == whole
    assert len(parts) == 5
    assert (await api.http.get("/v1/action-items", params={"cursor": "x"})).status_code == 422


async def test_an_item_is_started_moved_finished_and_reopened(api: Api) -> None:
    await api.responder("ada")
    declared = await api.declare()
    made = await opened(api, declared["reference"], **CANARY)
    path = f"/v1/incidents/{declared['reference']}/action-items/{made['action_item_id']}"
    due = {"due_on": "2027-02-01", "reason": "The vendor is late"}
    assert (await api.http.post(f"{path}/start")).is_success
    assert (await api.http.put(f"{path}/due-date", json=due)).is_success
    seen = {"evidence_url": "https://git.example.com/pull/412"}
    done = await api.http.post(f"{path}/completion", json=seen)
    assert done.is_success, done.text
    shown = (await api.http.get(path, params={"after_position": done.json()["position"]})).json()
    assert (shown["state"], shown["moves"], shown["evidence_url"]) == (
        "done",
        1,
        seen["evidence_url"],
    )
    assert await listed(api) == []
    assert len(await listed(api, state=["done", "dropped"])) == 1
    late = await api.http.post(f"{path}/drop", json={"reason": "Not needed"})
    assert (late.status_code, late.json()["code"]) == (409, "action-item-ended")
    assert (await api.http.post(f"{path}/reopening", json={"reason": "It broke"})).is_success
    [again] = await listed(api)
    assert (again["state"], again["evidence_url"]) == ("started", None)
    stale = await api.http.put(path, json=CANARY, headers={"if-match": '"1"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**CANARY, "due_on": "0001-01-01"}, "due_on"),
        ({**CANARY, "due_on": "2026-02-30"}, "due_on"),
        ({**CANARY, "owner": None}, "owner"),
        ({**CANARY, "owner": "nobody-of-this-name"}, "owner"),
        ({**CANARY, "action": "hope"}, "action"),
        ({**CANARY, "text": ""}, "text"),
    ],
    ids=["year-one", "no-such-day", "nobody", "unknown", "hope", "empty"],
)
async def test_what_no_item_can_be_is_refused_by_field(
    api: Api, body: dict[str, Any], field: str
) -> None:
    await api.responder("ada")
    declared = await api.declare()
    head = await api.log.head()
    answer = await api.http.post(f"/v1/incidents/{declared['reference']}/action-items", json=body)
    assert answer.status_code == 422, answer.text
    assert field in answer.text
    assert await api.log.head() == head


async def test_hints_are_given_and_refuse_nothing(api: Api) -> None:
    await api.responder("ada")
    declared = await api.declare()
    vague = {**CANARY, "text": "Investigate the database"}
    assert "finished" in str((await opened(api, declared["reference"], **vague))["warnings"])
    for number in range(2, 11):
        made = await opened(api, declared["reference"], **{**CANARY, "text": f"Number {number}"})
        assert made["warnings"] == []
    await listed(api)  # what was opened so far is in the list
    (asked,) = (await opened(api, declared["reference"], **CANARY))["warnings"]
    assert "item number 11" in asked


async def test_an_item_belongs_to_its_incident_alone(api: Api) -> None:
    await api.responder("ada")
    declared, other = await api.declare(), await api.declare()
    made = await opened(api, declared["reference"], **CANARY)
    wrong = f"/v1/incidents/{other['reference']}/action-items/{made['action_item_id']}"
    assert (await api.http.post(f"{wrong}/start")).status_code == 404
    nothing = f"/v1/incidents/{declared['reference']}/action-items/{uuid4()}"
    answer = await api.http.post(f"{nothing}/start")
    assert (answer.status_code, answer.json()["code"]) == (404, "action-item-not-found")


async def test_nobody_finds_the_items_of_an_incident_that_is_hidden_from_them(api: Api) -> None:
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    path = f"/v1/incidents/{declared['incident_id']}/action-items"
    made = await api.http.post(path, json=CANARY, headers=cast.ada)
    assert made.is_success, made.text
    item = f"{path}/{made.json()['action_item_id']}"
    assert len(await listed(api, cast.ada)) == 1
    for outsider in cast.outsiders:
        assert await listed(api, outsider) == []
        assert (await api.http.get(path, headers=outsider)).status_code == 404
        assert (await api.http.get(item, headers=outsider)).status_code == 404
        started = await api.http.post(f"{item}/start", headers=outsider)
        assert started.status_code in {403, 404}
