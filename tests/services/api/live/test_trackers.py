"""Trackers: action items become issues, and only what a tracker signed is believed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from events.action_item.decide import AGGREGATE
from events.ids import ActionItemId
from services.settings import Settings
from tests.fakes import github, jira
from tests.fakes.receiver import receiver
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_action_items import CANARY, opened
from tests.services.api.live.test_private_incidents import cast_of, declared_by

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

ON_GITHUB = {
    "vendor": "github",
    "project": github.PROJECT,
    "token": github.TOKEN,
    "signing_secret": github.SECRET,
}
IN_JIRA = {
    "vendor": "jira",
    "site": "https://example.atlassian.net/",
    "project": jira.PROJECT,
    "account": jira.ACCOUNT,
    "token": jira.TOKEN,
}


async def set_up(api: Api, tracker: str = "checkout", **body: Any) -> Any:
    answer = await api.http.put(f"/v1/trackers/{tracker}", json=body or ON_GITHUB)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def linked(api: Api, key: str | None = "412") -> tuple[str, str]:
    """Return the path and the id of an action item that is an issue."""
    await api.responder("ada")
    declared = await api.declare()
    made = await opened(api, declared["reference"], **CANARY)
    path = f"/v1/incidents/{declared['reference']}/action-items/{made['action_item_id']}"
    body = {"tracker_id": "checkout"} | ({"key": key} if key else {})
    answer = await api.http.post(f"{path}/issue", json=body)
    assert answer.status_code == 200, answer.text
    return path, made["action_item_id"]


async def shown(api: Api, path: str) -> Any:
    answer = await api.http.get(path, params={"after_position": await api.log.head()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def issue(item_id: str, **changes: Any) -> dict[str, Any]:
    said = {
        "number": 412,
        "title": CANARY["text"],
        "state": "open",
        "state_reason": None,
        "body": f"<!-- tocsin action item {item_id} -->",
        "updated_at": "2026-11-30T12:00:00Z",
    }
    return said | changes


async def tell(api: Api, action: str, said: dict[str, Any], **headers: str) -> int:
    body, signed = github.webhook(action, said)
    answer = await api.http.post("/trackers/checkout", content=body, headers={**signed, **headers})
    return answer.status_code


async def test_a_tracker_is_shown_without_its_secrets(api: Api) -> None:
    await set_up(api)
    await set_up(api, "ops", **IN_JIRA)
    listed = await shown(api, "/v1/trackers")
    assert [one["tracker_id"] for one in listed["trackers"]] == ["checkout", "ops"]
    assert [one["is_signed"] for one in listed["trackers"]] == [True, False]
    assert listed["trackers"][1]["site"] == "https://example.atlassian.net"
    whole = str(listed)
    assert not [one for one in (github.TOKEN, github.SECRET, jira.ACCOUNT) if one in whole]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({**ON_GITHUB, "project": "checkout"}, "acme/checkout"),
        ({**IN_JIRA, "site": None}, "atlassian.net"),
        ({**IN_JIRA, "account": None}, "e-mail"),
        ({**IN_JIRA, "project": 'ops" OR project = "HR'}, "OPS"),
        ({**ON_GITHUB, "token": "two words"}, "token"),
        ({**ON_GITHUB, "signing_secret": "short"}, "signing_secret"),
    ],
    ids=["project", "site", "account", "jql", "token", "signing_secret"],
)
async def test_what_could_never_work_is_refused_and_named(
    api: Api, said: dict[str, Any], named: str
) -> None:
    answer = await api.http.put("/v1/trackers/checkout", json=said)
    assert answer.status_code == 422
    assert named in answer.text


async def test_what_is_closed_as_completed_is_done_and_as_not_planned_is_dropped(api: Api) -> None:
    await set_up(api)
    path, item_id = await linked(api)
    assert (await shown(api, path))["issue_url"] == "https://github.com/acme/checkout/issues/412"
    closed = {"state": "closed", "updated_at": "2026-11-30T12:05:00Z"}
    assert await tell(api, "opened", issue(item_id)) == 204  # an echo
    assert await tell(api, "closed", issue(item_id, state_reason="completed", **closed)) == 204
    assert await tell(api, "closed", issue(item_id, state_reason="completed", **closed)) == 204
    assert await tell(api, "edited", issue(item_id, title="Old")) == 204  # it comes late
    done = await shown(api, path)
    assert (done["state"], done["text"], done["ended_by"]) == (
        "done",
        CANARY["text"],
        "tracker:checkout",
    )
    closed["updated_at"] = "2026-11-30T12:10:00Z"
    assert await tell(api, "closed", issue(item_id, state_reason="not_planned", **closed)) == 204
    assert (await shown(api, path))["state"] == "dropped"
    stored = await api.log.read_stream(AGGREGATE.stream(ActionItemId(UUID(item_id))))
    assert [one.type.partition(".")[2] for one in stored] == [
        "opened",
        "linked",
        "tracker_reported",
        "tracker_reported",
        "completed",
        "tracker_reported",
        "reopened",
        "dropped",
    ]


async def test_closed_without_a_word_stays_open_and_is_shown_so(api: Api) -> None:
    await set_up(api)
    path, item_id = await linked(api)
    await tell(api, "closed", issue(item_id, state="closed"))
    found = await shown(api, path)
    assert (found["state"], found["issue_status"]) == ("open", "closed")


async def test_only_what_the_tracker_signed_is_believed(api: Api) -> None:
    await set_up(api)
    path, item_id = await linked(api)
    done = issue(item_id, state="closed", state_reason="completed")
    forged = "sha256=" + "0" * 64
    assert await tell(api, "closed", done, **{"x-hub-signature-256": forged}) == 401
    assert await tell(api, "closed", done, **{"x-hub-signature-256": ""}) == 401
    await api.http.delete("/v1/trackers/checkout")
    assert await tell(api, "closed", done) == 401  # its right was taken away
    assert (await shown(api, path))["state"] == "open"


async def test_a_tracker_says_nothing_of_items_that_are_no_issue_of_its_own(api: Api) -> None:
    await set_up(api)
    path, item_id = await linked(api, key="7")
    done = issue(item_id, state="closed", state_reason="completed")
    assert await tell(api, "closed", done) == 204  # a copied mark, in issue 412
    assert await tell(api, "closed", issue(str(uuid4()))) == 204
    assert (await shown(api, path))["state"] == "open"


async def test_a_body_that_is_no_json_is_a_bad_request(api: Api) -> None:
    await set_up(api)
    _, signed = github.webhook("opened", {})
    answer = await api.http.post("/trackers/checkout", content=b"{", headers=signed)
    assert answer.status_code == 401  # not that body's signature
    assert (await api.http.post("/trackers/nobodys", content=b"{}")).status_code == 401


async def test_an_item_becomes_an_issue_of_a_tracker_that_is_there(api: Api) -> None:
    await set_up(api)
    path, _ = await linked(api, key=None)
    found = await shown(api, path)
    assert (found["tracker_id"], found["issue_key"], found["issue_error"]) == (
        "checkout",
        None,
        None,
    )
    await api.http.delete("/v1/trackers/checkout")
    answer = await api.http.post(f"{path}/issue", json={"tracker_id": "checkout", "key": "1"})
    assert answer.status_code == 404


async def test_a_tracker_is_asked_whether_it_works_and_nothing_is_stored(
    api: Api, routed: FastAPI
) -> None:
    fake = github.GitHub()
    async with receiver(vendor=fake) as there:
        await set_up(api, **ON_GITHUB, site=there.base)
        settled = await api.http.post("/v1/trackers/checkout/test")
        assert settled.json()["works"] is False  # nothing private is called
        open_to_all = replace(
            routed.state.dependencies, settings=Settings(webhook_allow_private=True)
        )
        routed.state.dependencies = open_to_all
        before = await api.log.head()
        answer = await api.http.post("/v1/trackers/checkout/test")
        assert answer.json() == {"works": True, "problem": None, "advice": None}
        await set_up(api, **{**ON_GITHUB, "token": "old", "site": there.base})
        answer = await api.http.post("/v1/trackers/checkout/test")
        assert (answer.json()["works"], answer.json()["problem"]) == (False, "http_401")
        assert "give a new one" in answer.json()["advice"]
    assert await api.log.head() == before + 1  # the token
    assert not fake.issues
    await api.http.delete("/v1/trackers/checkout")
    assert (await api.http.post("/v1/trackers/checkout/test")).status_code == 404


async def test_what_follows_a_private_incident_is_written_into_no_tracker(api: Api) -> None:
    await set_up(api)
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    items = f"/v1/incidents/{declared['reference']}/action-items"
    made = await api.http.post(items, json=CANARY, headers=cast.ada)
    assert made.status_code == 200, made.text
    path = f"{items}/{made.json()['action_item_id']}/issue"
    answer = await api.http.post(path, json={"tracker_id": "checkout"}, headers=cast.ada)
    assert (answer.status_code, answer.json()["code"]) == (422, "action-item-refused")
