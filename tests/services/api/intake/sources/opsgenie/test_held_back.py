"""What a rule holds back is closed, and decided anew, by its sender's requests like any other."""

from uuid import uuid4

import pytest
from httpx import AsyncClient

from events.actor import Actor
from events.configuration.routing_rules import (
    AGGREGATE,
    EVERYBODY,
    DefineRoutingRules,
    routing_rules_decider,
)
from events.handle import handle
from events.log.recorded import Metadata
from events.routing.condition import Comparison, Condition
from events.routing.rule import Outcome, RoutingRule
from services.api.dependencies import Dependencies
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at

URGENT = Condition(field="severity", comparison=Comparison.EQUALS, values=("SEV1",), negated=True)
QUIET = RoutingRule(name="quiet", conditions=(URGENT,), outcome=Outcome(suppress=True))


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    door = await opsgenie_at(client, dependencies)
    command = DefineRoutingRules(
        routing_rules_id=EVERYBODY,
        rules=(QUIET,),
        actor=Actor(principal="x"),
        at=dependencies.clock(),
    )
    await handle(
        dependencies.log,
        routing_rules_decider,
        AGGREGATE.stream(EVERYBODY),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="x"),
    )
    body = {"message": "Disk full", "alias": "a", "priority": "P3"}
    assert (await door.post(body=body)).status_code == 202
    assert (await door.alert("a")).held is not None
    return door


async def test_it_is_shown_as_open_and_closing_it_ends_it(door: OpsgenieDoor) -> None:
    shown = (await door.ask("GET", "/a", identifierType="alias")).json()["data"]
    assert (shown["status"], shown["acknowledged"]) == ("open", False)
    assert (await door.post("/a/close", {}, identifierType="alias")).status_code == 202
    assert not (await door.alert("a")).fires


async def test_a_worse_priority_has_it_decided_anew(door: OpsgenieDoor) -> None:
    answer = await door.ask("PUT", "/a/priority", {"priority": "P1"}, identifierType="alias")
    assert answer.status_code == 202, answer.text
    alert = await door.alert("a")
    assert (alert.is_open, alert.held) == (True, None)


async def test_nobody_can_have_what_pages_nobody_and_the_request_s_outcome_says_so(
    door: OpsgenieDoor,
) -> None:
    answer = await door.post("/a/acknowledge", {}, identifierType="alias")
    outcome = (await door.ask("GET", f"/requests/{answer.json()['requestId']}")).json()["data"]
    assert (outcome["isSuccess"], outcome["status"]) == (
        False,
        "Alert is held back and has no incident",
    )
