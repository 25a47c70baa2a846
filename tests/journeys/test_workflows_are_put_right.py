"""Whoever ends workflows by hand, or loses them, finds everything at work again within a minute."""

import json

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.journeys.team import Team, workflow_of
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_terminated_workflows_go_on_by_themselves_and_the_history_says_so(
    team: Team, system: Stack
) -> None:
    declared = await team.declare()
    reference = declared["reference"]
    await team.happens(reference, "delivery.sent")
    await (await workflow_of(system, declared)).terminate("by hand")

    await team.happens(reference, "workflow.repaired", within=60)
    answer = await team.give(reference, "acknowledgement", by=team.ada)
    assert answer.status_code in {200, 202}
    happened = await team.happens(reference, "page.acknowledged")
    assert happened.count("delivery.sent") == 1
    entries = (await team.get(f"/v1/incidents/{reference}/timeline", limit=200))["entries"]
    sentences = [one["sentence"] for one in entries if one["type"] == "workflow.repaired"]
    assert sentences[0] == "The incident's workflow was not running and was started from the log."

    async def counted() -> bool:
        metrics = (await team.http.get("/metrics")).text
        none = 'tocsin_workflow_repairs_total{finding="missing"} 0.0'
        return none not in metrics

    await eventually("the repair is counted", counted)


async def test_the_same_is_done_at_once_by_a_command(team: Team, system: Stack) -> None:
    declared = await team.declare()
    reference = declared["reference"]
    await team.happens(reference, "delivery.sent")
    await (await workflow_of(system, declared)).terminate("by hand")
    code, said, complained = await tocsin(system, "reconcile", "--json")
    told = json.loads(said)
    assert (code, complained) == (0, "")
    assert told["left"] == []
    await team.happens(reference, "workflow.repaired")
    code, said, _ = await tocsin(system, "reconcile", "--dry-run")
    assert "Everything agrees." in said
    assert code == 0
