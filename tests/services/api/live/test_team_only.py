"""A team that keeps its incidents to itself: they are there for the team and whoever has a part."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from events.ids import IncidentId, ResponderId, page_id_for, page_stream
from projections.privacy.known import Knowledge
from services.access.visibility import WAIT_SECONDS
from services.api.http import incident_in_path
from services.api.reading.streamed_answer import NDJSON
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import (
    SECRET,
    Cast,
    asked,
    cast_of,
    listed,
    operations,
    path_to,
    unnamed,
)
from tests.services.api.live.test_streams import caller, listening, serving

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

MEMBERS = [{"responder_id": "ada", "manager": True}]


async def put(api: Api, path: str, body: dict[str, Any]) -> None:
    answer = await api.http.put(f"/v1/{path}", json=body)
    assert answer.status_code == 200, answer.text


async def own(api: Api, service: str, team: str | None) -> None:
    """Give a service to a team."""
    body = {"name": service.title(), "escalation_policy_id": None, "team_id": team}
    await put(api, f"services/{service}", body)


async def hide(api: Api, *, team_only: bool = True, team: str = "payroll") -> None:
    await put(api, f"teams/{team}/visibility", {"team_only": team_only})


async def set_up(api: Api) -> Cast:
    """Have Ada manage Payroll, which keeps its incidents to itself and owns a service; Eve not."""
    cast = await cast_of(api)
    for team, members in (("payroll", MEMBERS), ("shop", [])):
        await put(api, f"teams/{team}", {"name": team.title(), "members": members})
    await own(api, "wages", "payroll")
    await hide(api)
    return cast


async def of_payroll(api: Api, **more: Any) -> dict[str, Any]:
    return await api.started(title=SECRET, service_id="wages", **more)


async def seen_by(api: Api, who: dict[str, str], incident: str) -> bool:
    """Return whether somebody sees an incident, by itself and in the list alike."""
    alone = (await api.http.get(f"/v1/incidents/{incident}", headers=who)).status_code == 200
    assert (incident in await listed(api, who)) is alone
    return alone


async def test_no_operation_tells_other_teams_from_whoever_looks_in_vain(
    api: Api, routed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_in_path, "REFUSAL_SECONDS", 0)
    cast = await set_up(api)
    declared = await of_payroll(api)
    missing = str(uuid4())
    for method, path in operations(routed.openapi()):
        for who in (cast.eve, cast.observer):
            hidden = await asked(api, who, method, path_to(path, declared["incident_id"]))
            absent = await asked(api, who, method, path_to(path, missing))
            assert hidden.is_error, (method, path, hidden.text)
            assert unnamed(hidden, declared["incident_id"]) == unnamed(absent, missing)
            assert hidden.status_code in {403, 404}, (method, path, hidden.text)
            assert SECRET not in hidden.text


async def test_lists_searches_and_the_past_show_it_to_the_team_admins_and_auditors_alone(
    api: Api,
) -> None:
    cast = await set_up(api)
    declared = await of_payroll(api)
    everybody = await api.declare(title="Checkout fails")
    both = [everybody["incident_id"], declared["incident_id"]]
    after = {"after_position": everybody["position"]}
    assert await listed(api, cast.ada, **after) == both
    assert await listed(api, cast.admin_for_ada) == both
    assert await listed(api, cast.auditor) == both
    assert await listed(api, {}) == both  # an admin
    for who in cast.outsiders:
        assert await listed(api, who) == [everybody["incident_id"]]
        assert await listed(api, who, q="Payroll") == []
        assert await listed(api, who, q=declared["reference"]) == []
        assert await listed(api, who, as_of=everybody["position"]) == [everybody["incident_id"]]
        assert not await seen_by(api, who, declared["incident_id"])


async def test_it_counts_from_one_moment_to_the_next_whose_it_is_and_who_is_in_the_team(
    api: Api,
) -> None:
    cast = await set_up(api)
    incident = (await of_payroll(api))["incident_id"]
    await listed(api, cast.ada, after_position=await api.log.head())
    assert not await seen_by(api, cast.eve, incident)
    await hide(api, team_only=False)
    assert await seen_by(api, cast.eve, incident)
    await hide(api)
    assert not await seen_by(api, cast.eve, incident)
    await own(api, "wages", "shop")  # whose incidents are everybody's to see
    assert await seen_by(api, cast.eve, incident)
    await own(api, "wages", "payroll")
    assert not await seen_by(api, cast.eve, incident)
    body = {"name": "Payroll", "members": [*MEMBERS, {"responder_id": "eve"}]}
    await put(api, "teams/payroll", body)
    assert await seen_by(api, cast.eve, incident)
    await put(api, "teams/payroll", body | {"members": [{"responder_id": "eve"}]})
    assert await seen_by(api, cast.eve, incident)
    assert not await seen_by(api, cast.ada, incident)  # who left it


async def test_whoever_is_brought_in_paged_or_declared_it_sees_it(api: Api) -> None:
    cast = await set_up(api)
    answer = await api.http.post(
        "/v1/incidents", json={"title": SECRET, "service_id": "wages"}, headers=cast.eve
    )
    assert await listed(api, cast.eve, after_position=answer.json()["position"]) == [
        answer.json()["incident_id"]
    ]
    incident = (await of_payroll(api))["incident_id"]
    assert not await seen_by(api, cast.eve, incident)
    joined = await api.give(incident, "responders", {"responder_id": "eve"}, **cast.ada)
    assert joined.status_code == 200, joined.text
    await listed(api, cast.eve, after_position=joined.json()["position"])
    assert await seen_by(api, cast.eve, incident)
    paged = (await of_payroll(api))["incident_id"]
    body = {"ask": "Look at the logs", "responder_ids": ["eve"]}
    assert (await api.give(paged, "pages", body, **cast.ada)).is_success
    page = page_stream(page_id_for(IncidentId(UUID(paged)), 2))
    await api.happens(page, "page.level_reached")
    await listed(api, cast.eve, after_position=await api.log.head())
    assert await seen_by(api, cast.eve, paged)


async def test_a_private_incident_of_the_team_is_its_members_alone(api: Api) -> None:
    cast = await set_up(api)
    body = {"title": SECRET, "service_id": "wages", "private": True}
    answer = await api.http.post("/v1/incidents", json=body, headers=cast.eve)
    assert answer.status_code == 201, answer.text
    await listed(api, cast.eve, after_position=answer.json()["position"])
    assert await seen_by(api, cast.eve, answer.json()["incident_id"])
    assert not await seen_by(api, cast.ada, answer.json()["incident_id"])


async def test_streams_are_silent_about_it_for_other_teams(api: Api, connected: Any) -> None:
    cast = await set_up(api)
    async with serving(connected) as (_, url), caller(url, {}) as http:
        async with listening(http, **cast.ada) as ada, listening(http, **cast.eve) as eve:
            secret = await of_payroll(api)
            everybody = await api.declare(title="Checkout fails")
            [heard] = await eve.until(1)
            assert heard["payload"]["incident_id"] == everybody["incident_id"]
            first, *_ = await ada.until(1)
            assert first["payload"]["incident_id"] == secret["incident_id"]
            await hide(api, team_only=False)
            shown = await of_payroll(api)
            told = await eve.until(2)
            assert told[1]["payload"]["incident_id"] == shown["incident_id"]
        await hide(api)
        headers = {**cast.eve, "accept": NDJSON}
        lines = await http.get(
            "/v1/events", params={"incident": secret["reference"]}, headers=headers
        )
        assert lines.status_code == 404


async def test_its_managers_hide_the_incidents_of_their_team_and_nobody_elses(api: Api) -> None:
    cast = await set_up(api)
    path, body = "/v1/teams/payroll/visibility", {"team_only": False}
    assert (await api.http.put(path, json=body, headers=cast.eve)).status_code == 403
    shown = await api.http.put(path, json=body, headers=cast.ada)
    assert shown.status_code == 200, shown.text
    after = {"after_position": shown.headers["Tocsin-Position"]}
    read = await api.http.get(path, params=after, headers=cast.eve)
    assert read.json() == {"team_id": "payroll", "team_only": False}
    others = await api.http.put("/v1/teams/shop/visibility", json=body, headers=cast.ada)
    assert others.status_code == 403
    nobodys = await api.http.put("/v1/teams/nothing/visibility", json=body)
    assert nobodys.status_code == 422


async def test_what_is_hidden_stays_known_from_read_to_read_until_it_changes(api: Api) -> None:
    await set_up(api)
    knowledge, database = Knowledge(), api.log.database
    incident = await of_payroll(api)
    first = await knowledge.now(database, WAIT_SECONDS)
    assert first.hidden_from(ResponderId("eve")) == {UUID(incident["incident_id"])}
    assert first.hidden_from(ResponderId("ada")) == frozenset()
    await api.declare(title="Checkout fails")
    assert await knowledge.now(database, WAIT_SECONDS) is first
    assert first.hidden_from(ResponderId("bob")) is first.hidden_from(ResponderId("eve"))
    later = UUID((await of_payroll(api))["incident_id"])
    second = await knowledge.now(database, WAIT_SECONDS)
    assert second.hidden_from(ResponderId("eve")) == {UUID(incident["incident_id"]), later}
    await own(api, "wages", "shop")
    third = await knowledge.now(database, WAIT_SECONDS)
    assert third.hidden_from(ResponderId("eve")) == frozenset()
