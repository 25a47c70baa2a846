"""A private incident is there for its members only: everywhere, and from one moment to the next."""

import json
import re
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from events.configuration.api_key import ApiScope
from events.ids import IncidentId, ResponderId, page_id_for, page_stream
from services.api.http import incident_in_path
from services.api.reading.streamed_answer import NDJSON
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_streams import caller, listening, serving

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

SECRET = "Payroll database was copied"


@dataclass(frozen=True)
class Cast:
    """Who is around: Ada is a member, Eve is not; a shared key says that it is Ada's."""

    ada: dict[str, str]
    eve: dict[str, str]
    shared: dict[str, str]
    observer: dict[str, str]
    auditor: dict[str, str]
    admin_for_ada: dict[str, str]
    admin_for_eve: dict[str, str]  # who speaks for an outsider is one

    @property
    def outsiders(self) -> tuple[dict[str, str], ...]:
        return self.eve, self.shared, self.observer, self.admin_for_eve


async def cast_of(api: Api) -> Cast:
    for name in ("ada", "eve"):
        await api.responder(name)
    log, speaks = api.log, {"Tocsin-Responder": "ada"}
    return Cast(
        ada=await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("ada")),
        eve=await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("eve")),
        shared=await holder_of(log, ApiScope.RESPONDER) | speaks,
        observer=await holder_of(log, ApiScope.OBSERVER),
        auditor=await holder_of(log, ApiScope.AUDITOR),
        admin_for_ada=await holder_of(log, ApiScope.ADMIN) | speaks,
        admin_for_eve=await holder_of(log, ApiScope.ADMIN) | {"Tocsin-Responder": "eve"},
    )


async def declared_by(api: Api, who: dict[str, str], **more: Any) -> dict[str, Any]:
    body = {"title": SECRET, "private": True, **more}
    answer = await api.http.post("/v1/incidents", json=body, headers=who)
    assert answer.status_code == 201, answer.text
    declared: dict[str, Any] = answer.json()
    await api.start(declared["incident_id"])
    return declared


async def listed(api: Api, who: dict[str, str], **query: Any) -> list[str]:
    answer = await api.http.get("/v1/incidents", params=query, headers=who)
    assert answer.status_code == 200, answer.text
    return [one["incident_id"] for one in answer.json()["incidents"]]


def operations(api_document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (method.upper(), path)
        for path, methods in api_document["paths"].items()
        if "{incident_id}" in path
        for method in methods
    ]


def path_to(path: str, incident: str) -> str:
    """Return the path with every name in it filled in."""
    known = {
        "incident_id": incident,
        "role": "scribe",
        "responder_id": "ada",
        "timestamp": "detected",
    }
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], str(UUID(int=1))), path)


BODIES: dict[str, dict[str, Any]] = {
    "triage": {"impact": "degraded", "scope": "limited"},
    "severity": {"severity": "SEV1", "reason": "Because."},
    "phase": {"phase": "triage"},
    "responders": {"responder_id": "eve"},
    "status-updates": {"impact": "Some", "current_actions": "Looking"},
    "mitigation": {"summary": "Done"},
    "resolution": {"summary": "Done"},
    "reopening": {"phase": "detection", "reason": "Back"},
    "decline": {"reason": "None"},
    "privacy": {"reason": "Because."},
    "members": {"responder_id": "eve"},
}


WRONG: tuple[bytes, ...] = (b"{", b"[]", b"{}", b'{"nonsense": 1}', b"\xff")


async def asked(
    api: Api, who: dict[str, str], method: str, path: str, body: bytes | None = None
) -> Response:
    """Ask with a body that is right for the operation, or with another one."""
    if body is None and method not in {"GET", "DELETE"}:
        right = BODIES.get(path.rpartition("/")[2], {"responder_id": "eve"})
        body = json.dumps(right).encode()
    headers = who if body is None else who | {"content-type": "application/json"}
    return await api.http.request(method, path, headers=headers, content=body)


def unnamed(answer: Response, name: str) -> tuple[int, str, str]:
    """Return what an answer says once the incident's name is taken out of it."""
    text = answer.text.replace(name, "…").replace(name.upper(), "…")
    told = json.loads(text)
    return answer.status_code, told["code"], str([told.get("detail"), told.get("errors")])


async def test_no_operation_that_takes_an_incident_tells_an_outsider_from_a_stranger_to_it(
    api: Api, routed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_in_path, "REFUSAL_SECONDS", 0)
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    for member in (cast.ada, cast.admin_for_ada):
        assert await listed(api, member) == [declared["incident_id"]]
    walked = operations(routed.openapi())
    assert len(walked) > 15
    missing = {"incident_id": str(uuid4()), "reference": "INC-999999999"}
    for method, path in walked:
        for who, name, body in (
            *((who, name, None) for who in cast.outsiders for name in missing),
            *((cast.eve, "incident_id", body) for body in WRONG),
        ):
            hidden = await asked(api, who, method, path_to(path, declared[name]), body)
            absent = await asked(api, who, method, path_to(path, missing[name]), body)
            assert hidden.is_error, (method, path, hidden.text)
            assert unnamed(hidden, declared[name]) == unnamed(absent, missing[name])
            assert hidden.status_code in {403, 404}, (method, path, hidden.text)
            assert SECRET not in hidden.text
    shown = await api.http.get(f"/v1/incidents/{declared['reference']}", headers=cast.ada)
    assert (shown.json()["private"], shown.json()["members"]) == (True, ["ada"])
    assert shown.json()["version"] == 2  # nothing that an outsider asked for happened


async def test_no_query_and_no_body_that_names_it_tells_them_apart_either(api: Api) -> None:
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    mine = await api.started(title="Checkout fails")
    for hidden, absent in (
        (declared["incident_id"], str(uuid4())),
        (declared["reference"], "INC-999999999"),
    ):
        for path, query in (("/v1/events", "incident"), ("/v1/stream", "incident")):
            answers = [
                await api.http.get(path, params={query: name}, headers=cast.eve)
                for name in (hidden, absent)
            ]
            assert unnamed(answers[0], hidden) == unnamed(answers[1], absent)
        for path, member in (("merge", "into"), ("parent", "parent")):
            answers = [
                await api.give(
                    mine["incident_id"], path, {member: name, "reason": "Same"}, **cast.eve
                )
                for name in (hidden, absent)
            ]
            assert unnamed(answers[0], hidden) == unnamed(answers[1], absent)


async def test_finding_out_that_it_is_private_takes_no_longer_than_looking_in_vain(
    api: Api,
) -> None:
    cast = await cast_of(api)
    hidden = (await declared_by(api, cast.ada))["incident_id"]
    for name in (hidden, str(uuid4())):
        began = monotonic()
        answer = await api.http.get(f"/v1/incidents/{name}", headers=cast.eve)
        assert answer.status_code == 404
        assert monotonic() - began >= incident_in_path.REFUSAL_SECONDS


async def test_no_list_no_search_and_no_past_shows_it_to_outsiders(api: Api) -> None:
    cast = await cast_of(api)
    declared = await declared_by(api, cast.ada)
    everybody = await api.declare(title="Checkout fails")
    both = [everybody["incident_id"], declared["incident_id"]]
    after = {"after_position": everybody["position"]}
    assert await listed(api, cast.ada, **after) == both
    assert await listed(api, cast.auditor) == both
    for who in cast.outsiders:
        assert await listed(api, who) == [everybody["incident_id"]]
        assert await listed(api, who, q="Payroll") == []
        assert await listed(api, who, q=declared["reference"]) == []
        assert await listed(api, who, as_of=everybody["position"]) == [everybody["incident_id"]]
        assert await listed(api, who, limit=1) == [everybody["incident_id"]]


async def test_what_was_open_once_is_hidden_in_the_past_as_well(api: Api) -> None:
    cast = await cast_of(api)
    declared = await api.started(title=SECRET)
    path = f"/v1/incidents/{declared['incident_id']}"
    then = {"as_of": declared["position"]}
    assert (await api.http.get(path, params=then, headers=cast.eve)).status_code == 200
    made = await api.give(declared["incident_id"], "privacy", {"reason": "Breach"})
    assert made.status_code == 200, made.text
    assert (await api.http.get(path, params=then, headers=cast.eve)).status_code == 404
    assert await listed(api, cast.eve, **then) == []
    assert await listed(api, cast.eve) == []  # at once: nothing waits for a projector here


async def test_membership_counts_from_one_moment_to_the_next(api: Api) -> None:
    cast = await cast_of(api)
    incident = (await declared_by(api, cast.ada))["incident_id"]
    path = f"/v1/incidents/{incident}"

    async def seen_by_eve() -> bool:
        one = (await api.http.get(path, headers=cast.eve)).status_code == 200
        assert (incident in await listed(api, cast.eve)) is one
        return one

    assert not await seen_by_eve()
    added = await api.give(incident, "members", {"responder_id": "eve"}, **cast.ada)
    assert added.status_code == 200, added.text
    after = {"after_position": added.json()["position"]}
    assert await listed(api, cast.eve, **after) == [incident]
    assert await seen_by_eve()
    left = await api.http.delete(f"{path}/members/eve", headers=cast.eve)
    assert left.status_code == 200, left.text
    assert not await seen_by_eve()
    again = await api.give(incident, "responders", {"responder_id": "eve"}, **cast.ada)
    after = {"after_position": again.json()["position"]}
    assert await listed(api, cast.eve, **after) == [incident]
    opened = await api.http.request(
        "DELETE", f"/v1/incidents/{incident}/privacy", json={"reason": "Over"}
    )
    assert opened.status_code == 200, opened.text
    assert (await api.http.get(path, headers=cast.observer)).status_code == 200


async def test_what_became_of_a_command_is_told_to_nobody_outside(api: Api) -> None:
    cast = await cast_of(api)
    incident = (await declared_by(api, cast.ada))["incident_id"]
    given = await api.give(
        incident, "triage", {"impact": "degraded", "scope": "limited"}, **cast.ada
    )
    path = f"/v1/commands/{given.json()['command_id']}"
    assert (await api.http.get(path, headers=cast.ada)).status_code == 200
    for who in cast.outsiders:
        assert (await api.http.get(path, headers=who)).status_code == 404


async def test_a_command_that_is_kept_is_told_to_nobody_outside(alone: Api) -> None:
    cast = await cast_of(alone)
    body = {"title": SECRET, "private": True}
    declared = (await alone.http.post("/v1/incidents", json=body, headers=cast.ada)).json()
    kept = await alone.give(
        declared["incident_id"], "acknowledgement", {}, **cast.ada, **{"Idempotency-Key": "k"}
    )
    assert kept.status_code == 202
    path = f"/v1/commands/{kept.json()['command_id']}"
    assert (await alone.http.get(path, headers=cast.ada)).status_code == 200
    assert (await alone.http.get(path, headers=cast.eve)).status_code == 404


async def test_streams_are_silent_about_it_for_outsiders(api: Api, connected: Any) -> None:
    cast = await cast_of(api)
    async with serving(connected) as (_, url), caller(url, {}) as http:
        ways = [cast.ada, cast.eve, cast.auditor]
        async with (
            listening(http, **ways[0]) as ada,
            listening(http, **ways[1]) as eve,
            listening(http, **ways[2]) as auditor,
        ):
            secret = await declared_by(api, cast.ada)
            await api.give(
                secret["incident_id"], "triage", {"impact": "degraded", "scope": "limited"}
            )
            everybody = await api.declare(title="Checkout fails")
            [heard] = await eve.until(1)
            assert heard["payload"]["incident_id"] == everybody["incident_id"]
            told = [event["type"] for event in await ada.until(5)]
            assert told[:2] == ["incident.declared", "incident.privacy_changed"]
            assert [event["type"] for event in (await auditor.until(5))[:5]] == told
        async with listening(http, "/v1/stream?after=0", **cast.eve) as late:
            [heard] = await late.until(1)
            assert heard["payload"]["incident_id"] == everybody["incident_id"]
        headers = {**cast.eve, "accept": NDJSON}
        for name in ("incident_id", "reference"):
            lines = await http.get("/v1/events", params={"incident": secret[name]}, headers=headers)
            assert lines.status_code == 404
            live = await http.get("/v1/stream", params={"incident": secret[name]}, headers=cast.eve)
            assert live.status_code == 404
        mine = await http.get(
            "/v1/events",
            params={"incident": secret["incident_id"]},
            headers={**cast.ada, "accept": NDJSON},
        )
        assert len(mine.text.splitlines()) == 4


async def test_what_was_sent_for_it_is_told_to_nobody_outside(api: Api) -> None:
    cast = await cast_of(api)
    body = {"ask": "Look at the logs", "responder_ids": ["ada"]}
    of_both: list[str] = []
    for incident in (
        (await declared_by(api, cast.ada))["incident_id"],
        (await api.started())["incident_id"],
    ):
        paged = await api.give(incident, "pages", body, **cast.ada)
        assert paged.is_success, paged.text
        page_id = page_id_for(IncidentId(UUID(incident)), 2)
        await api.happens(page_stream(page_id), "delivery.sent")
        of_both.append(str(page_id))
    secret, everybodys = of_both
    after = {"after_position": await api.log.head()}

    async def deliveries(path: str, who: dict[str, str]) -> Response:
        return await api.http.get(f"/v1/{path}/deliveries", params=after, headers=who)

    async def pages_of_ada(who: dict[str, str]) -> set[str]:
        answer = await deliveries("responders/ada", who)
        assert answer.status_code == 200, answer.text
        return {one["page_id"] for one in answer.json()["deliveries"]}

    for member in (cast.ada, cast.admin_for_ada):
        assert len((await deliveries(f"pages/{secret}", member)).json()["deliveries"]) == 1
        assert await pages_of_ada(member) == {secret, everybodys}
    for outsider in cast.outsiders:
        hidden = await deliveries(f"pages/{secret}", outsider)
        absent = await deliveries(f"pages/{(nobodys := str(uuid4()))}", outsider)
        assert hidden.status_code == 404
        assert unnamed(hidden, secret) == unnamed(absent, nobodys)
        assert await pages_of_ada(outsider) == {everybodys}
