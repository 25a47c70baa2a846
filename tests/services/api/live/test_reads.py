"""Reads come from projections, see one's own writes, and never wait without end."""

from typing import Any

import pytest
from httpx import Response
from prometheus_client.parser import text_string_to_metric_families

from events.configuration.api_key import ApiScope
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack


async def found(api: Api, **query: Any) -> list[str]:
    answer = await api.http.get("/v1/incidents", params=query)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["incidents"]]


@pytest.mark.usefixtures("projected")
async def test_a_list_is_narrowed_by_every_filter(alone: Api) -> None:
    await alone.declare(title="Checkout fails", severity="SEV1")
    await alone.declare(title="100% of logins slow", severity="SEV2")
    last = await alone.declare(title="Search_index old")
    after = {"after_position": last["position"]}
    assert await found(alone, **after) == [
        "Search_index old",
        "100% of logins slow",
        "Checkout fails",
    ]
    assert await found(alone, severity="SEV1") == ["Checkout fails"]
    assert await found(alone, status=["declared", "closed"], limit=1) == ["Search_index old"]
    assert await found(alone, status="closed") == []
    assert await found(alone, phase="detection", q="LOGINS") == ["100% of logins slow"]
    assert await found(alone, q="%") == ["100% of logins slow"]
    assert await found(alone, q="_") == ["Search_index old"]
    assert await found(alone, q=last["reference"].lower()) == ["Search_index old"]
    assert await found(alone, service_id="shop") == []


@pytest.mark.usefixtures("projected")
async def test_a_cursor_goes_through_the_whole_list_once(alone: Api) -> None:
    declared = [await alone.declare(title=f"Incident {number}") for number in range(5)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "after_position": declared[-1]["position"]}
    while True:
        page = (await alone.http.get("/v1/incidents", params=query)).json()
        seen += [one["title"] for one in page["incidents"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"Incident {number}" for number in (4, 3, 2, 1, 0)]
    wrong = await alone.http.get("/v1/incidents", params={"cursor": "nonsense"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor-invalid")


@pytest.mark.usefixtures("projected")
async def test_an_incident_is_found_by_the_reference_that_people_say(alone: Api) -> None:
    declared = await alone.declare()
    for name in (declared["reference"], declared["reference"].lower(), declared["incident_id"]):
        shown = await alone.http.get(f"/v1/incidents/{name}")
        assert shown.status_code == 200, shown.text
        assert shown.json()["incident_id"] == declared["incident_id"]


@pytest.mark.usefixtures("projected")
@pytest.mark.parametrize("part", ["", "/timeline", "/pages", "/alerts", "/postmortem"])
async def test_what_was_declared_just_now_is_never_called_missing(alone: Api, part: str) -> None:
    declared = await alone.declare()
    shown = await alone.http.get(f"/v1/incidents/{declared['incident_id']}{part}")
    assert shown.status_code == 200, shown.text


async def test_a_read_that_cannot_see_the_write_yet_says_so(alone: Api) -> None:
    declared = await alone.declare()
    answer = await alone.http.get(
        "/v1/incidents", headers={"Tocsin-After-Position": declared["position"]}
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-behind")
    assert answer.headers["retry-after"] == "1"
    ready = (await alone.http.get("/health/ready")).json()
    assert "projection incident_board: no projector has begun it" in ready["degraded"]


@pytest.mark.usefixtures("projected")
async def test_a_monitoring_system_reads_how_the_log_and_its_projections_stand(alone: Api) -> None:
    declared = await alone.declare()
    seen = {"after_position": declared["position"]}  # by then somebody projects the timeline
    path = f"/v1/incidents/{declared['incident_id']}/timeline"
    assert (await alone.http.get(path, params=seen)).is_success
    observer = await holder_of(alone.log, ApiScope.OBSERVER)
    answer = await alone.http.get("/metrics", headers=observer)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    numbers = {
        (sample.name, sample.labels.get("projection")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert numbers["tocsin_log_events_total", None] == await alone.log.head()
    assert numbers["tocsin_outbox_age_seconds", None] >= 0
    assert numbers["tocsin_projection_quarantined_keys", "incident_board"] == 0
    assert numbers["tocsin_projection_lease_seconds", "timeline"] > 0
    assert {name for name, _ in numbers} >= {
        "tocsin_projection_lag_events",
        "tocsin_projection_lag_seconds",
    }
    sender = await holder_of(alone.log, ApiScope.INGEST)
    assert (await alone.http.get("/metrics", headers=sender)).status_code == 403


async def test_a_position_beyond_the_log_is_a_mistake_and_not_waited_for(alone: Api) -> None:
    answer = await alone.http.get("/v1/incidents", params={"after_position": 4711})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "after_position", "reason": "The log ends at position 1."}
    ]


async def test_an_auditor_reads_the_whole_log_in_order(alone: Api) -> None:
    declared = [await alone.declare() for _ in range(3)][-1]
    auditor = await holder_of(alone.log, ApiScope.AUDITOR)
    first = (await alone.http.get("/v1/events?limit=2", headers=auditor)).json()
    rest = await alone.http.get(
        "/v1/events", params={"after": first["next_after"]}, headers=auditor
    )
    events = first["events"] + rest.json()["events"]
    assert [event["position"] for event in events] == ["1", "2", "3", "4", "5"]
    assert rest.json()["next_after"] is None
    path = f"/v1/incidents/{declared['incident_id']}/events"
    (own,) = (await alone.http.get(path, headers=auditor)).json()["events"]
    assert (own["type"], own["hash"]) == ("incident.declared", declared["hash"])


async def test_only_those_who_audit_read_the_whole_log(alone: Api) -> None:
    for scope in (ApiScope.RESPONDER, ApiScope.OBSERVER):
        headers = await holder_of(alone.log, scope)
        assert (await alone.http.get("/v1/events", headers=headers)).status_code == 403


@pytest.mark.usefixtures("projected")
@pytest.mark.parametrize("part", ["", "/timeline", "/pages", "/alerts", "/events", "/postmortem"])
async def test_nothing_is_shown_of_an_incident_that_is_not_there(alone: Api, part: str) -> None:
    path = f"/v1/incidents/01890a5d-ac96-774b-bcce-b302099a8057{part}"
    answer = await alone.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "incident-not-found")


@pytest.mark.usefixtures("projected")
async def test_a_key_is_called_by_its_name_in_the_list_the_timeline_and_the_postmortem(
    alone: Api,
) -> None:
    made = await alone.http.post(
        "/v1/api-keys", json={"name": "Terraform", "scopes": ["responder"]}
    )
    theirs = {"Authorization": f"Bearer {made.json()['key']}"}
    declared = await alone.http.post("/v1/incidents", json={"title": "Slow"}, headers=theirs)
    key, path = made.json()["api_key_id"], f"/v1/incidents/{declared.json()['incident_id']}"
    after = {"after_position": declared.json()["position"]}

    async def seen(path: str) -> Response:
        return await alone.http.get(path, params=after)

    for one in ("/v1/incidents", path, f"{path}/timeline"):
        assert (await seen(one)).json()["names"] == {f"api_key:{key}": "Terraform"}, one
    [entry] = (await seen(f"{path}/timeline")).json()["entries"]
    assert entry["sentence"].startswith("API key Terraform declared INC-")
    draft = (await seen(f"{path}/postmortem.md")).text
    assert ("API key Terraform declared" in draft, key in draft) == (True, False)


@pytest.mark.usefixtures("projected")
async def test_the_newest_entries_of_a_timeline_are_its_last_ones_oldest_first(alone: Api) -> None:
    declared = await alone.declare(severity="SEV1")
    whole = f"/v1/incidents/{declared['incident_id']}/timeline"
    for text in ("first", "second", "third"):
        written = await alone.give(declared["incident_id"], "notes", {"text": text})
    asked = {"after_position": written.json()["position"], "limit": 2, "newest": "true"}
    answer = await alone.http.get(whole, params=asked)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [one["note"]["text"] for one in shown["entries"]] == ["second", "third"]
    assert shown["next_after"] is None
