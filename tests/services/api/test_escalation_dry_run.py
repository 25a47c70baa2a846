"""A policy says who it would page, and a change of it says what it changes of that."""

from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration import ADA, policy

ROOM = {
    "name": "Payments room",
    "kind": "channel",
    "contact_methods": [{"channel": "email", "address": "room@example.com"}],
}


@pytest.fixture
async def admin(client: AsyncClient, dependencies: Dependencies) -> AsyncClient:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    for who in ("ada", "ben"):
        await client.put(f"/v1/responders/{who}", json=ADA)
    await client.put("/v1/responders/room", json=ROOM)
    return client


def people(moment: Any) -> list[list[str]]:
    return [[one["responder_id"] for one in level["people"]] for level in moment["levels"]]


async def test_who_would_be_paged_now_and_on_sunday_night_is_said_level_by_level(
    admin: AsyncClient,
) -> None:
    room = [{"responder_id": "room"}]
    await admin.put("/v1/escalation-policies/p", json=policy("ada", "ben") | {"on_exhausted": room})
    answer = await admin.get("/v1/escalation-policies/p/dry-run", params={"zone": "Europe/Berlin"})
    assert answer.status_code == 200, answer.text
    now, sunday = answer.json()["moments"]
    assert people(now) == people(sunday) == [["ada"], ["ben"]]
    assert now["levels"][0]["people"][0]["channels"] == ["email", "webhook", "push"]
    assert [one["kind"] for one in now["on_exhausted"]] == ["channel"]
    assert sunday["at"].endswith(("T01:00:00Z", "T02:00:00Z"))


async def test_a_policy_is_tried_for_one_severity_and_a_level_left_out_says_why(
    admin: AsyncClient,
) -> None:
    body = policy("ada", "ben")
    body["levels"][0]["when"] = {"severities": ["SEV1"]}
    await admin.put("/v1/escalation-policies/p", json=body)
    answer = await admin.get(
        "/v1/escalation-policies/p/dry-run",
        params={"at": "2026-11-29T03:00:00Z", "severity": "SEV3"},
    )
    [moment] = answer.json()["moments"]
    assert moment["levels"][0]["skipped"] == "it is for SEV1 only"
    assert people(moment) == [[], ["ben"]]


async def test_a_changed_policy_says_whom_it_pages_instead(admin: AsyncClient) -> None:
    await admin.put("/v1/escalation-policies/p", json=policy("ada"))
    answer = await admin.put("/v1/escalation-policies/p", json=policy("ben"))
    changes = answer.json()["changes"]
    assert "Now level 1 pages ben, not ada." in changes
    assert "On Sunday at 03:00 UTC level 1 pages ben, not ada." in changes


async def test_a_gap_of_now_and_conditions_on_every_level_are_warned_of(admin: AsyncClient) -> None:
    await admin.put("/v1/teams/empty", json={"name": "Empty", "members": []})
    body = policy("ada", "ben")
    body["levels"][1]["targets"] = [{"team_id": "empty"}]
    answer = await admin.put("/v1/escalation-policies/p", json=body)
    assert answer.json()["warnings"][0] == "Level 2 reaches nobody: team empty has no members."
    only_bad = policy("ada")
    only_bad["levels"][0]["when"] = {"severities": ["SEV1"]}
    answer = await admin.put("/v1/escalation-policies/p", json=only_bad)
    assert answer.json()["warnings"][0].startswith("Every level has a condition")


async def test_policies_that_lead_in_a_circle_are_refused_and_nothing_is_stored(
    admin: AsyncClient,
) -> None:
    await admin.put("/v1/escalation-policies/a", json=policy("ada"))
    await admin.put("/v1/escalation-policies/b", json=policy("ada") | {"hand_over_to": "a"})
    answer = await admin.put(
        "/v1/escalation-policies/a", json=policy("ada") | {"hand_over_to": "b"}
    )
    assert answer.status_code == 409
    assert "a → b → a" in answer.json()["detail"]
    itself = await admin.put(
        "/v1/escalation-policies/a", json=policy("ada") | {"hand_over_to": "a"}
    )
    assert itself.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"targets": [{"responder_id": f"r{n}"} for n in range(51)]}, "targets"),
        ({"targets": [{"responder_id": "ada", "team_id": "t"}]}, "targets.0"),
        ({"targets": [{"responder_id": "ada", "turn": "next"}]}, "targets.0"),
        ({"targets": [{"schedule_id": "none"}]}, "targets.0.schedule_id"),
        ({"targets": [{"team_id": "none"}]}, "targets.0.team_id"),
        ({"when": {"hours": "inside"}}, "when"),
        ({"escalation_timeout_seconds": 0}, "escalation_timeout_seconds"),
    ],
)
async def test_a_level_that_cannot_be_carried_out_is_refused_by_field(
    admin: AsyncClient, change: dict[str, Any], field: str
) -> None:
    body = policy("ada")
    body["levels"][0] |= change
    answer = await admin.put("/v1/escalation-policies/p", json=body)
    assert answer.status_code == 422
    assert f"body.levels.0.{field}" in [one["field"] for one in answer.json()["errors"]]


async def test_ten_thousand_targets_are_refused_before_they_are_looked_at(
    admin: AsyncClient,
) -> None:
    body = policy("ada")
    body["levels"][0]["targets"] = [{"responder_id": f"r{n}"} for n in range(10_000)]
    answer = await admin.put("/v1/escalation-policies/p", json=body)
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert wrong["field"] == "body.levels.0.targets"
    assert wrong["reason"].startswith("10000 items are too many")


async def test_an_unknown_policy_has_no_dry_run(admin: AsyncClient) -> None:
    assert (await admin.get("/v1/escalation-policies/none/dry-run")).status_code == 404
