"""Opsgenie's requests for people: assign, escalate and add a responder, by what they are here.

The bodies are those of Opsgenie's page on its alert API ("Assign Alert", "Escalate Alert", "Add
Responder"), with the names of this test.
"""

from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.commanding.expected_incident import ExpectedIncident, expected_incident
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at
from tests.services.api.key_holders import holder_of


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    door = await opsgenie_at(client, dependencies)
    headers = await holder_of(door.log, ApiScope.ADMIN)
    contact = {"channel": "email", "address": "ada@example.com"}
    person = {"name": "Ada", "contact_methods": [contact]}
    made = [
        await client.put(
            "/v1/responders/ada",
            json=person,
            headers=headers,
        )
    ]
    levels = [{"targets": [{"responder_id": "ada"}], "escalation_timeout_seconds": 60}]
    policy = {"name": "Databases", "levels": levels, "repeats": 0}
    made.append(await client.put("/v1/escalation-policies/databases", json=policy, headers=headers))
    assert all(one.is_success for one in made), [one.text for one in made]
    await door.post(body={"message": "Disk full", "alias": "a"})
    return door


async def asked(door: OpsgenieDoor, name: str, body: Any) -> str:
    """Ask, and return what became of it."""
    answer = await door.post(f"/a/{name}", body, identifierType="alias")
    assert answer.status_code == 202, answer.text
    status = (await door.ask("GET", f"/requests/{answer.json()['requestId']}")).json()["data"]
    return status["status"] if status["isSuccess"] else f"not: {status['status']}"


async def home_of(door: OpsgenieDoor, dependencies: Dependencies) -> ExpectedIncident:
    alert = await door.alert("a")
    assert alert.incident_id is not None
    return await expected_incident(door.log, dependencies.inbox, alert.incident_id)


@pytest.mark.parametrize(
    "owner", [{"id": "ada"}, {"username": "Ada"}, {"username": "ada@example.com"}]
)
async def test_an_alert_is_assigned_to_a_person(
    door: OpsgenieDoor, dependencies: Dependencies, owner: dict[str, str]
) -> None:
    assert await asked(door, "assign", {"owner": owner, "note": "Yours."}) == "Assigned alert"
    (page,) = (await home_of(door, dependencies)).incident.pages
    assert page.target.responder_ids == ("ada",)


async def test_an_alert_is_escalated_to_another_policy(
    door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    escalation = {"name": "databases", "type": "escalation"}
    assert await asked(door, "escalate", {"escalation": escalation}) == "Escalated alert"
    (page,) = (await home_of(door, dependencies)).incident.pages
    assert page.target.escalation_policy_id == "databases"


async def test_an_escalation_goes_on_only_where_somebody_is_paged(door: OpsgenieDoor) -> None:
    escalation = {"escalation": {"id": "databases"}}
    assert await asked(door, "escalate", escalation) == "Escalated alert"
    assert await asked(door, "escalate", escalation) == "not: There is no next level"


@pytest.mark.parametrize(
    "responder",
    [
        {"type": "user", "username": "ada@example.com"},
        {"type": "escalation", "name": "databases"},
        {"id": "databases"},
    ],
)
async def test_a_responder_is_paged_besides(
    door: OpsgenieDoor, dependencies: Dependencies, responder: dict[str, str]
) -> None:
    assert await asked(door, "responders", {"responder": responder}) == "Added responder to alert"
    home = await home_of(door, dependencies)
    (page,) = home.incident.pages
    assert home.incident.acknowledged_by is None
    assert page.ask == "The sender of an alert asks for your help: Disk full"


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("assign", {"owner": {"id": "nobody"}}, "not: Owner does not exist"),
        ("escalate", {"escalation": {"id": "nobody"}}, "not: Escalation does not exist"),
        (
            "responders",
            {"responder": {"type": "user", "id": "databases"}},
            "not: Responder does not exist",
        ),
        (
            "responders",
            {"responder": {"type": "team", "name": "ada"}},
            "not: Responder does not exist",
        ),
    ],
)
async def test_nobody_is_asked_who_is_not_known(
    door: OpsgenieDoor, name: str, body: Any, status: str
) -> None:
    assert await asked(door, name, body) == status


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("assign", {}),
        ("assign", {"owner": {}}),
        ("assign", {"owner": "ada"}),
        ("escalate", {"escalation": {"name": " "}}),
        ("responders", {"responder": {"type": "user"}}),
        ("responders", {"responder": [1]}),
    ],
)
async def test_a_request_that_names_nobody_is_refused(
    door: OpsgenieDoor, name: str, body: Any
) -> None:
    answer = await door.post(f"/a/{name}", body, identifierType="alias")
    assert answer.status_code == 422, answer.text


async def test_what_is_over_is_given_to_nobody(door: OpsgenieDoor) -> None:
    await door.post("/a/close", {}, identifierType="alias")
    assert await asked(door, "assign", {"owner": {"id": "ada"}}) == "not: Alert is closed"
