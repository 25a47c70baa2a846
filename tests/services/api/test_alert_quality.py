"""What alert rules called people for is read over HTTP; nothing private is in it."""

from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient

from events.ids import alert_stream, incident_stream, page_stream
from events.incident.privacy.events import IncidentPrivacyChanged
from events.log.postgres import PostgresLog
from tests.projections.stories import ANA, BOB, Story, at, story, tell
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

PATH = "/v1/metrics/alert-quality"
Q1 = {"quarter": "2026-Q1"}


async def called(log: PostgresLog, one: Story, *, private: bool = False) -> str:
    """Let an alert wake two people, and end by itself."""
    secret = IncidentPrivacyChanged(
        incident_id=one.incident_id,
        private=True,
        members=(),
        reason=None,
        changed_by="responder:ana",
        changed_at=at(0),
    )
    await tell(log, alert_stream(one.alert_id), one.triggered())
    events = [one.declared(), *([secret] if private else [])]
    await tell(log, incident_stream(one.incident_id), *events)
    await tell(log, page_stream(one.page_id), one.sent(ANA), one.sent(BOB))
    stored = await tell(log, alert_stream(one.alert_id), one.alert_resolved())
    return str(stored.last_position)


async def asked(client: AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get(PATH, params=Q1 | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_rule_that_wakes_people_for_nothing_is_named_with_what_tuning_would_spare(
    admin: AsyncClient, log: PostgresLog
) -> None:
    position = await called(log, story(1))
    found = await asked(admin, after_position=position)
    [rule] = found["rules"]
    assert (rule["incidents"], rule["outcomes"]) == (1, {"untouched": 1})
    assert (rule["interruptions"], rule["wasted"], rule["actionable"]) == (2, 2, 0)
    assert found["sentence"] == "Tuning this one would have spared 2 of 2 interruptions."
    second = story(2)
    await called(log, second)
    worked = replace(second.triaged(), triaged_at=at(3))
    stored = await tell(log, incident_stream(second.incident_id), worked)
    found = await asked(admin, after_position=stored.last_position)
    [rule] = found["rules"]
    assert rule["outcomes"] == {"untouched": 1, "worked": 1}
    assert (rule["incidents"], rule["actionable"], found["rules_left_out"]) == (2, 0.5, 0)


async def test_alerts_for_what_is_private_are_in_no_number(
    admin: AsyncClient, log: PostgresLog
) -> None:
    before = await asked(admin, after_position=await called(log, story(1)))
    position = await called(log, story(2), private=True)
    assert await asked(admin, after_position=position) == before
    assert (await admin.get(PATH, params={"as_of": "1"})).status_code == 422
