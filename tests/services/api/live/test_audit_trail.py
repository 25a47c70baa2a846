"""The audit trail: what was done and what was refused, in one order, wherever it came in."""

from typing import Any

import pytest

from events.configuration.api_key import ApiScope
from services.api.reading import audit_trail as trails
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api

pytestmark = pytest.mark.stack


@pytest.fixture
async def auditor(alone: Api) -> dict[str, str]:
    return await holder_of(alone.log, ApiScope.AUDITOR)


async def trail(api: Api, headers: dict[str, str], **query: Any) -> Any:
    answer = await api.http.get("/v1/audit/trail", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(deeds: list[dict[str, Any]]) -> list[str]:
    """Return what happened, in a word for each deed."""
    return [deed["type"] if deed["outcome"] == "accepted" else deed["code"] for deed in deeds]


async def test_the_trail_says_who_did_what(alone: Api, auditor: dict[str, str]) -> None:
    declared = await alone.declare()
    shown = await trail(alone, auditor)
    assert told(shown["deeds"])[-1] == "incident.declared"
    assert shown["next_after"] is None
    who = shown["deeds"][-1]["principal"]
    own = (await trail(alone, auditor, principal=who))["deeds"]
    assert [deed["position"] for deed in own] == [declared["position"]]
    assert (await trail(alone, auditor, principal="nobody"))["deeds"] == []


async def test_what_a_configuration_refuses_stands_between_what_it_accepted(
    alone: Api, auditor: dict[str, str]
) -> None:
    await alone.declare()
    begin = (await trail(alone, auditor))["reached"]
    missing = {"name": "Checkout", "escalation_policy_id": "nowhere"}
    answer = await alone.http.put("/v1/services/checkout", json=missing)
    assert answer.status_code == 422
    revoked = await alone.http.delete("/v1/api-keys/unheard-of")
    assert revoked.status_code == 404
    await alone.declare()
    later = await trail(alone, auditor, after=begin)
    assert told(later["deeds"]) == ["request-invalid", "api-key-not-found", "incident.declared"]
    refused = later["deeds"][1]
    assert (refused["command"], refused["target"]) == ("revoke_api_key", "api_key-unheard-of")
    assert (await trail(alone, auditor, after=later["reached"]))["deeds"] == []


@pytest.mark.usefixtures("projected")
async def test_an_incident_that_refuses_a_command_tells_the_auditor_once(api: Api) -> None:
    auditor = await holder_of(api.log, ApiScope.AUDITOR)
    declared = await api.started()
    stream = f"incident-{declared['incident_id']}"
    key = {"Idempotency-Key": "too-early"}
    for _ in range(2):
        answer = await api.give(declared["reference"], "closure", **key)
        assert answer.status_code == 409
    stale = await api.give(declared["reference"], "acknowledgement", **{"If-Match": '"7"'})
    assert stale.status_code == 412
    observer = await holder_of(api.log, ApiScope.OBSERVER)
    barred = await api.give(declared["reference"], "acknowledgement", **observer)
    assert barred.status_code == 403
    shown = await trail(api, auditor, stream=stream)
    assert told(shown["deeds"]) == [
        "incident.declared",
        "incident-not-resolved",
        "version-mismatch",
        "permission-missing",
    ]
    assert [deed.get("command") for deed in shown["deeds"]] == [
        None,
        "close_incident",
        "acknowledge_incident",
        "POST /v1/incidents/{incident_id}/acknowledgement",
    ]
    assert "not resolved" in shown["deeds"][1]["title"]


async def test_a_long_trail_comes_in_parts_and_each_deed_once(
    alone: Api, auditor: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trails, "SCANNED", 3)
    for number in range(4):
        await alone.declare(title=f"Number {number}")
        for name in ("a", "b"):
            await alone.http.delete(f"/v1/api-keys/{name}{number}")
    parts, after = [], "0"
    while after is not None:
        shown = await trail(alone, auditor, after=after)
        parts.append(shown["deeds"])
        after = shown["next_after"]
    assert len(parts) > 2
    whole = [deed for part in parts for deed in part]
    step = ["incident.declared", "api-key-not-found", "api-key-not-found"]
    assert told(whole) == ["api_key.created", "api_key.created", *(step * 4)]
    refused = (await trail(alone, auditor, outcome="refused"))["deeds"]
    assert [deed["number"] for deed in refused] == ["1", "2", "3"]
    accepted = (await trail(alone, auditor, outcome="accepted"))["deeds"]
    assert told(accepted) == ["api_key.created", "api_key.created", "incident.declared"]


@pytest.mark.parametrize("after", ["-1", "x", "1.2.3", "1.", str(2**63), "1.99999999999999999999"])
async def test_a_place_that_is_none_is_refused(
    alone: Api, auditor: dict[str, str], after: str
) -> None:
    answer = await alone.http.get("/v1/audit/trail", params={"after": after}, headers=auditor)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("query.after")
