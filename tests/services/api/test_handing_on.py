"""What a snooze and a reassignment may say; anything else is refused with its field."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from tests.services.api.key_holders import holder_of

SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()


@pytest.fixture
async def incident(client: AsyncClient, dependencies: Dependencies) -> str:
    """The path of an incident."""
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    declared = (await client.post("/v1/incidents", json={"title": "Checkout fails"})).json()
    return f"/v1/incidents/{declared['incident_id']}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"until": SOON, "duration_seconds": 60}, "body"),
        ({"duration_seconds": 59}, "body.duration_seconds"),
        ({"duration_seconds": 7 * 24 * 3600 + 1}, "body.duration_seconds"),
        ({"duration_seconds": "60"}, "body.duration_seconds"),
        ({"until": "tomorrow"}, "body.until"),
        ({"until": SOON, "reason": "two\nlines"}, "body.reason"),
        ({"until": SOON, "why": "typo"}, "body.why"),
    ],
)
async def test_a_snooze_says_either_until_when_or_for_how_long(
    body: dict[str, object], field: str, client: AsyncClient, incident: str
) -> None:
    answer = await client.post(f"{incident}/snooze", json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"responder_ids": ["nobody"], "reason": "Sleep"}, "body.responder_ids.0"),
        ({"escalation_policy_id": "none", "reason": "Sleep"}, "body.escalation_policy_id"),
        ({"responder_ids": [f"a{n}" for n in range(21)], "reason": "All"}, "body.responder_ids"),
        ({"responder_ids": ["ada"]}, "body.reason"),
    ],
)
async def test_a_reassignment_names_people_or_a_policy_that_there_are_and_says_why(
    body: dict[str, object], field: str, client: AsyncClient, incident: str
) -> None:
    answer = await client.post(f"{incident}/reassignment", json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
