"""A severity acts: who is paged, when, and what waits instead; raised or lowered, it acts once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

IMMEDIATE = {"when": "immediate", "acknowledge_within_seconds": 600}


class LargeTeam(Team):
    """The team with somebody for everybody's channel, and a commander on call."""

    @property
    def everybody(self) -> str:
        return f"everybody-{self.name}"

    @property
    def commanders(self) -> str:
        return f"commanders-{self.name}"

    async def grow(self, **changes: Any) -> None:
        for who in (self.everybody, f"carol-{self.name}"):
            email = {"channel": "email", "address": f"{who}@example.com"}
            await self.put(f"/v1/responders/{who}", {"name": who, "contact_methods": [email]})
        level = {
            "targets": [{"responder_id": f"carol-{self.name}"}],
            "escalation_timeout_seconds": 60,
        }
        body = {"name": "Commanders", "levels": [level]}
        await self.put(f"/v1/escalation-policies/{self.commanders}", body)
        await self.put(f"/v1/response-policies/{self.service}", policy(self, **changes))

    async def declare_as(self, severity: str) -> dict[str, Any]:
        body = {"title": "Checkout fails", "service_id": self.service, "severity": severity}
        answer = await self.post("/v1/incidents", body)
        assert answer.status_code == 201, answer.text
        declared: dict[str, Any] = answer.json()
        return declared

    async def paged(self, reference: str, count: int) -> set[str]:
        """Return who was meant to get a message, once they are as many."""

        async def look() -> set[str] | None:
            answer = await self.get(f"/v1/incidents/{reference}/pages")
            people = {one["responder_id"].partition("-")[0] for one in answer["deliveries"]}
            return people if len(people) >= count else None

        return await eventually(f"{count} people are paged for {reference}", look)


def policy(team: LargeTeam, **changes: Any) -> dict[str, Any]:
    """Return a policy whose business hours are not now, unless the test says otherwise."""
    now = datetime.now(UTC)
    opens, closes = now + timedelta(hours=10), now + timedelta(hours=11)
    policy: dict[str, Any] = {
        "responses": [
            {"severity": "SEV1", "who": "all_hands", **IMMEDIATE},
            {"severity": "SEV2", **IMMEDIATE},
            {"severity": "SEV3", "when": "business_hours"},
            {"severity": "SEV4", "when": "never", "work_item_within_seconds": 3600},
        ],
        "calendar": {
            "zone": "UTC",
            "weekdays": [1, 2, 3, 4, 5, 6, 7],
            "opens": opens.strftime("%H:%M:%S"),
            "closes": closes.strftime("%H:%M:%S"),
        },
        "everybody": [team.everybody],
        "commander_on_call": team.commanders,
        "work_item_owner": team.grace,
    }
    return {**policy, **changes}


@pytest.fixture
async def large(team: Team) -> LargeTeam:
    large = LargeTeam(team.http, team.name)
    await large.grow()
    return large


async def test_sev1_calls_all_hands_at_once(large: LargeTeam) -> None:
    declared = await large.declare_as("SEV1")
    assert await large.paged(declared["reference"], 4) == {"ada", "grace", "everybody", "carol"}
    assert "page.timed_out" not in await large.happened(declared["reference"])


async def test_sev3_waits_for_business_hours_visibly_and_is_paged_when_they_begin(
    large: LargeTeam,
) -> None:
    opens = datetime.now(UTC) + timedelta(seconds=4)
    closes = opens + timedelta(hours=1)
    await large.grow(
        calendar={
            "zone": "UTC",
            "weekdays": [1, 2, 3, 4, 5, 6, 7],
            "opens": opens.strftime("%H:%M:%S"),
            "closes": closes.strftime("%H:%M:%S"),
        }
    )
    declared = await large.declare_as("SEV3")
    assert declared["paging"] == "waiting"
    assert declared["paged_from"].startswith(opens.strftime("%Y-%m-%dT%H:%M:%S"))
    types = await large.happens(declared["reference"], "page.level_reached")
    assert types.index("incident.page_sent_now") < types.index("page.started")
    assert await large.paged(declared["reference"], 1) == {"ada"}


async def test_sev4_becomes_a_work_item_with_owner_and_due_date_and_pages_nobody(
    large: LargeTeam,
) -> None:
    declared = await large.declare_as("SEV4")
    assert declared["paging"] == "none"
    mine = {"owner": large.grace, "after_position": declared["position"]}
    [item] = (await large.get("/v1/work-items", **mine))["work_items"]
    assert item["reference"] == declared["reference"]
    due_in = datetime.fromisoformat(item["due_at"]) - datetime.fromisoformat(item["opened_at"])
    assert due_in == timedelta(hours=1)

    path = f"/v1/incidents/{declared['reference']}/work-item"
    given = await large.post(f"{path}/assignment", {"owner": large.ada}, by=large.grace)
    assert given.status_code == 200, given.text
    done = await large.post(f"{path}/completion", {"summary": "Retried the job"}, by=large.ada)
    assert done.status_code == 200, done.text
    everything = {
        "state": "completed",
        "owner": large.ada,
        "after_position": done.json()["position"],
    }
    [completed] = (await large.get("/v1/work-items", **everything))["work_items"]
    assert completed["summary"] == "Retried the job"
    assert "page.started" not in await large.happened(declared["reference"])


async def test_raised_at_night_everybody_is_paged_once_and_lowered_nobody_is_paged_again(
    large: LargeTeam,
) -> None:
    declared = await large.declare_as("SEV3")
    reference = declared["reference"]
    assert declared["paging"] == "waiting"
    severity = f"/v1/incidents/{reference}/severity"
    raised = await large.post(severity, {"severity": "SEV1", "reason": "Payments too"})
    assert raised.status_code == 200, raised.text
    assert await large.paged(reference, 4) == {"ada", "grace", "everybody", "carol"}
    taken = await large.give(reference, "acknowledgement", by=large.ada)
    assert taken.status_code == 200, taken.text
    for level in ("SEV3", "SEV1"):
        answer = await large.post(severity, {"severity": level, "reason": "To and fro"})
        assert answer.status_code == 200, answer.text
    called = (await large.happened(reference)).count("incident.page_requested")
    types = await large.happened(reference)
    assert "incident.page_cancelled" in types
    messages = (await large.get(f"/v1/incidents/{reference}/pages"))["deliveries"]
    people = [one["responder_id"] for one in messages]
    assert people.count(large.ada) == people.count(large.everybody) == 1
    assert called <= 4


async def test_a_team_judges_by_its_own_matrix_and_the_old_ones_can_be_read(
    large: LargeTeam,
) -> None:
    path = f"/v1/response-policies/{large.service}"
    matrix = await large.get(f"{path}/matrix")
    cells = [{**cell, "severity": "SEV2"} for cell in matrix["cells"]]
    running = await large.declare()
    edited = await large.put(f"{path}/matrix", {"cells": cells})
    declared = await large.declare()
    for reference, severity in ((running["reference"], "SEV4"), (declared["reference"], "SEV2")):
        judged = await large.give(
            reference, "triage", {"impact": "inconvenience", "scope": "minimal"}
        )
        assert judged.status_code == 200, judged.text
        shown = await large.get(
            f"/v1/incidents/{reference}", after_position=judged.json()["position"]
        )
        assert shown["severity"] == severity
    versions = await large.get(f"{path}/versions", after_position=edited["position"])
    assert [one["number"] for one in versions["versions"]] == [2, 1]
    before = str(int(edited["position"]) - 1)
    assert (await large.get(path, as_of=before))["number"] == 1
