"""The practice's lists in a real incident: ticked by themselves and by people, and in the way."""

from typing import Any

import pytest

from services.stack.stack import Stack
from tests.journeys.team import Team
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


def items(checklist: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["item_id"]: item for section in checklist["sections"] for item in section["items"]}


async def test_a_phase_is_left_once_its_list_is_done_or_somebody_says_why(team: Team) -> None:
    reference = (await team.declare())["reference"]
    path = f"/v1/incidents/{reference}"
    await team.happens(reference, "delivery.sent")
    triage = {"impact": "degraded", "scope": "widespread"}
    assert (await team.post(f"{path}/triage", triage, by=team.ada)).is_success
    ask = {"section": "initial_response", "text": "Call the bank", "mandatory": True}
    assert (await team.post(f"{path}/checklist", ask, by=team.ada)).is_success
    phase = {"phase": "response"}

    refused = await team.post(f"{path}/phase", phase, by=team.ada)
    assert (refused.status_code, refused.json()["code"]) == (422, "mandatory-items-open")
    assert refused.json()["open"] == [{"item_id": "added_1", "text": "Call the bank"}]
    commander = f"{path}/roles/commander"
    assert (await team.post(commander, {"responder_id": team.ada}, by=team.ada)).is_success
    given = await team.post(f"{path}/phase", {**phase, "reason": "It is night"}, by=team.ada)
    assert given.is_success, given.text

    shown = await team.get(f"{path}/checklist", after_position=given.json()["position"])
    done = {item_id for item_id, item in items(shown).items() if item["done"]}
    assert done == {"scope_assessed", "severity_declared", "ic_identified", "responders_paged"}
    assert items(shown)["responders_paged"]["proved_by"] == "delivery.sent"
    assert items(shown)["ic_identified"]["proved_by"] == "role.assigned"
    assert [one["reason"] for one in shown["left_open"]] == ["It is night"]
    before = await team.get(f"{path}/checklist", as_of=str(int(given.json()["position"]) - 2))
    assert before["left_open"] == []


async def test_what_was_tried_is_on_the_checklist_in_the_timeline_and_in_the_postmortem(
    system: Stack, team: Team
) -> None:
    reference = (await team.declare())["reference"]
    path = f"/v1/incidents/{reference}"
    for words in (
        ("mitigation", "start", reference, "rollback", "Checkout back to v41", "--as", team.ada),
        ("mitigation", "end", reference, "1", "failed", "--comment", "Still 30 %"),
        ("mitigation", "start", reference, "feature_flag", "New cart off", "--as", team.grace),
        ("mitigation", "end", reference, "2", "worked", "--as", team.grace),
        ("tick", reference, "alert_valid", "--as", team.ada),
    ):
        code, said, complained = await tocsin(system, *words)
        assert code == 0, said + complained
    await team.happens(reference, "checklist.item_ticked")
    await team.happens(reference, "delivery.sent")

    code, said, _ = await tocsin(system, "checklist", reference)
    assert (code, said.count("[x]")) == (0, 4)
    assert f"by responder:{team.ada}" in said
    code, said, _ = await tocsin(system, "mitigation", "list", reference)
    assert (code, "failed" in said, "worked" in said) == (0, True, True)
    draft = (await team.http.get(f"{path}/postmortem.md")).text
    assert "- Feature flag (New cart off) worked, " in draft
    assert " after it began\n" in draft
    assert "- Rollback (Checkout back to v41) did not help: Still 30 %." in draft
    code, said, _ = await tocsin(system, "show", reference)
    assert "rollback (failed), feature_flag (worked)" in said
