"""Two incidents are one, or one is the child of another: everybody finds the one that goes on."""

from datetime import UTC, datetime

import pytest

from tests.eventually import eventually
from tests.journeys.alertmanager import alerted, alertmanager_of
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_duplicate_is_merged_with_its_page_its_people_and_its_alerts(team: Team) -> None:
    path = await alertmanager_of(team)
    started = datetime.now(UTC)
    duplicate = (await alerted(team, path, "firing", started))["reference"]
    await team.happens(duplicate, "page.level_reached")
    going_on = (await team.declare("Payments fail"))["reference"]
    await team.give(duplicate, "responders", {"responder_id": team.grace}, by=team.grace)

    reason = {"into": going_on, "reason": "The same database"}
    answer = await team.give(duplicate, "merge", reason, by=team.ada)
    assert answer.status_code == 200, answer.text
    over = await team.sees(duplicate, lambda one: one["status"] == "merged")
    assert over["relations"]["merged_into"]["reference"] == going_on
    await team.happens(duplicate, "page.stopped")
    shown = await team.sees(going_on, lambda one: one["open_alerts"] == 1)
    assert [one["reference"] for one in shown["relations"]["merged"]] == [duplicate]
    assert team.grace in {one["responder_id"] for one in shown["responders"]}

    late = await team.give(duplicate, "acknowledgement", by=team.ada)
    assert (late.status_code, late.json()["code"]) == (409, "merged-into-another")
    assert late.json()["into"] == going_on

    await alerted(team, path, "resolved", started)
    await team.sees(going_on, lambda one: one["open_alerts"] == 0)
    again = await alerted(team, path, "firing", datetime.now(UTC))
    assert (again["outcome"], again["reference"]) == ("joined", going_on)


async def test_what_is_over_or_a_drill_is_no_place_to_merge_into(team: Team) -> None:
    here, over = (await team.declare())["reference"], (await team.declare())["reference"]
    drill = await team.post("/v1/incidents", {"title": "Practice", "drill": True})
    await team.give(over, "decline", {"reason": "Nothing"}, by=team.ada)
    refused = {
        over: "incident-ended",
        drill.json()["reference"]: "drill-stays-apart",
        here: "related-to-itself",
        "INC-999999999": "request-invalid",
    }
    for into, code in refused.items():
        body = {"into": into, "reason": "The same"}
        answer = await team.give(here, "merge", body, by=team.ada)
        assert answer.json()["code"] == code, answer.text
    assert "incident.merge_begun" not in await team.happened(here)


async def test_a_parent_is_resolved_over_an_open_child_only_with_a_reason(team: Team) -> None:
    whole, part = (await team.declare())["reference"], (await team.declare())["reference"]
    linked = await team.give(part, "parent", {"parent": whole}, by=team.ada)
    assert linked.status_code == 200, linked.text
    shown = await team.sees(part, lambda one: one["relations"]["parent"])
    assert shown["relations"]["parent"]["reference"] == whole
    await team.sees(whole, lambda one: one["relations"]["children"])

    path = f"/v1/incidents/{whole}/resolution"
    fixed = {"summary": "The root is fixed", "reason": "Nobody commands at night"}
    early = await team.post(path, fixed)
    assert (early.status_code, early.json()["children"]) == (409, [part])
    told = {**fixed, "open_children_reason": "Its queue drains for an hour"}
    assert (await team.post(path, told)).status_code == 200
    assert "children.left_open" in await team.happens(whole, "incident.resolved")

    gone = await team.http.delete(
        f"/v1/incidents/{part}/parent", headers={"tocsin-responder": team.ada}
    )
    assert gone.status_code == 200, gone.text

    async def alone() -> bool:
        shown = await team.incident(whole)
        return shown is not None and not shown["relations"]["children"]

    await eventually("the whole has no children any more", alone)
