"""Commands are given at the paths of one table, and their dataclasses say what a body may be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import pytest
from httpx import AsyncClient
from pydantic import ValidationError

from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.decider import members_of
from events.ids import ResponderId
from events.incident.commands import IncidentCommand
from events.values.inputs import Between, Derived, Line, Says
from services.api.dependencies import Dependencies
from services.api.resources.incidents.commands import COMMANDS
from services.api.writing.command_bodies import asked_of, body_of
from services.api.writing.command_routes import CommandRoute
from tests.services.api.key_holders import holder_of

ROUTES = {route.command.__name__: route for routes in COMMANDS.values() for route in routes}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDesk:
    """Move somebody's desk."""

    whose: ResponderId
    floor: Annotated[int, Between(1, 9), Says("Counted from the ground.")]
    note: Line | None = None
    tidied: Annotated[bool, Derived()] = False
    actor: Actor
    at: datetime
    kind: Literal["move_desk"] = "move_desk"


def test_a_body_has_what_people_fill_in_and_nothing_that_the_program_knows() -> None:
    assert list(asked_of(MoveDesk)) == ["whose", "floor", "note"]


def test_a_body_says_what_its_fields_are_for_and_which_values_they_take() -> None:
    body = body_of(MoveDesk, asked_of(MoveDesk), {"whose": "grace", "floor": 3})
    schema = body.model_json_schema()
    assert schema["description"] == "Move somebody's desk."
    assert schema["properties"]["floor"]["description"] == "Counted from the ground."
    assert schema["required"] == ["whose", "floor"]
    assert schema["examples"] == [{"whose": "grace", "floor": 3}]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"whose": "Grace!", "floor": 3}, "whose"),
        ({"whose": "grace", "floor": 10}, "floor"),
        ({"whose": "grace", "floor": "3"}, "floor"),
        ({"whose": "grace", "floor": 3, "note": "two\nlines"}, "note"),
        ({"whose": "grace", "floor": 3, "tidied": True}, "tidied"),
        ({"whose": "grace", "floor": 3, "actor": {"principal": "admin"}}, "actor"),
    ],
)
def test_a_body_takes_nothing_else(said: dict[str, object], field: str) -> None:
    body = body_of(MoveDesk, asked_of(MoveDesk), {})
    with pytest.raises(ValidationError) as refused:
        body.model_validate(said)
    assert refused.value.errors()[0]["loc"] == (field,)


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_the_example_of_a_body_is_one_that_is_taken(route: CommandRoute) -> None:
    asked = [name for name in asked_of(route.command) if f"{{{name}}}" not in route.path]
    body_of(route.command, asked, route.example).model_validate(route.example)


def test_a_command_stands_at_one_path_only() -> None:
    assert len(ROUTES) == sum(map(len, COMMANDS.values()))
    assert {route.command for route in ROUTES.values()} <= set(members_of(IncidentCommand))


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("responders", {"responder_id": "nobody"}, {"responder_id": "responder: nobody"}),
        ("roles/scribe/handover", {"to_responder_id": "nobody", "reason": "Now"},
         {"to_responder_id": "responder: nobody"}),
        ("work-item/assignment", {"owner": "nobody"}, {"owner": "responder: nobody"}),
        ("reassignment", {"responder_ids": ["no"], "reason": "Sleep"},
         {"responder_ids.0": "responder: no"}),
        ("pages", {"ask": "Come", "responder_ids": ["no", "one"], "escalation_policy_id": "none"},
         {"responder_ids.0": "responder: no", "responder_ids.1": "responder: one",
          "escalation_policy_id": "escalation policy: none"}),
    ],
)  # fmt: skip
async def test_whoever_is_named_must_exist(
    path: str,
    body: dict[str, object],
    errors: dict[str, str],
    client: AsyncClient,
    dependencies: Dependencies,
) -> None:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    declared = (await client.post("/v1/incidents", json={"title": "Checkout fails"})).json()
    answer = await client.post(f"/v1/incidents/{declared['incident_id']}/{path}", json=body)
    assert answer.status_code == 422
    assert {one["field"]: one["reason"] for one in answer.json()["errors"]} == {
        f"body.{member}": f"No such {named}." for member, named in errors.items()
    }
