"""New Relic: an issue is one alert, from its creation to its end.

Bodies: sent by New Relic's default template in April 2024, as Zulip's own tests keep them.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.new_relic import SOURCE
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import STARTED, story_of

ACTIVATED = recorded("new_relic/activated.json")
CLOSED = recorded("new_relic/closed.json")
CREATED_AT = datetime(2024, 4, 22, 3, 5, 31, 352000, tzinfo=UTC)


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def sent(**members: Any) -> dict[str, Any]:
    """The recorded body with other members."""
    body: dict[str, Any] = json.loads(ACTIVATED)
    return body | members


def test_a_recorded_body_says_what_fires_where_and_since_when() -> None:
    signal = only(ACTIVATED)
    assert signal.dedup_key == "c5faa7e6-7b54-402d-af79-f99601e0278c"
    assert signal.title.endswith("on 'Zulip Server Low Storage'")
    assert (signal.firing, signal.severity) == (True, Severity.SEV1)
    assert (signal.started_at, signal.start_known) == (CREATED_AT, True)
    assert signal.labels == {
        "entity": "zulip_app",
        "condition": "Zulip Server Low Storage",
        "policy": "Golden Signals",
    }
    assert signal.source_url.endswith("?notifier=WEBHOOK")
    assert read_by(SOURCE, ACTIVATED).sender == "New Relic"
    assert not signal.mended


def test_a_closed_issue_ends_when_new_relic_says() -> None:
    signal = only(CLOSED)
    assert not signal.firing
    assert signal.ended_at == datetime(2024, 4, 22, 6, 17, 37, 383000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "firing"),
    [("CREATED", True), ("ACTIVATED", True), ("closed", False), ("", True), (["CLOSED"], True)],
)
def test_only_a_closed_issue_is_over(state: Any, *, firing: bool) -> None:
    assert only(sent(state=state)).firing is firing


@pytest.mark.parametrize(
    ("priority", "severity"),
    [
        ("CRITICAL", Severity.SEV1),
        ("high", Severity.SEV2),
        ("MEDIUM", Severity.SEV3),
        ("LOW", Severity.SEV4),
        (None, None),
        ("P1", None),
    ],
)
def test_the_priority_is_the_severity(priority: Any, severity: Severity | None) -> None:
    assert only(sent(priority=priority)).severity is severity


@pytest.mark.parametrize(
    ("odd", "holds"),
    [
        ({"title": ["Storage", "CPU"]}, lambda one: one.title == "Storage, CPU"),
        ({"title": None}, lambda one: one.title == "Zulip Server Low Storage"),
        ({"title": None, "alertConditionNames": None}, lambda one: one.title == one.dedup_key),
        ({"impactedEntities": "app"}, lambda one: one.labels["entity"] == "app"),
        ({"impactedEntities": [None, {"a": 1}]}, lambda one: one.firing),
        ({"impactedEntities": ["x" * 900] * 90}, lambda one: one.mended),
        ({"createdAt": "1713755131352"}, lambda one: one.started_at == CREATED_AT),
        ({"createdAt": "soon"}, lambda one: not one.start_known),
        ({"createdAt": 9e300}, lambda one: one.started_at == STARTED),
        ({"createdAt": []}, lambda one: one.started_at == STARTED),
        ({"issueUrl": "file:///etc/passwd"}, lambda one: one.source_url == ""),
    ],
)
def test_odd_values_cost_no_alert(odd: Any, holds: Any) -> None:
    signal = only(sent(**odd))
    assert holds(signal), signal


async def test_an_issue_is_paged_for_once_and_ends_by_its_id(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "new-relic")
    later = int((CREATED_AT + timedelta(hours=1)).timestamp() * 1_000)
    bodies = [
        sent(state="CREATED"),
        sent(title="Two things at once", totalIncidents=2),
        sent(state="CLOSED", title=None, updatedAt=later),
    ]
    answers = [(await client.post(url, json=body)).json() for body in bodies]
    assert [one["outcome"] for one in answers] == ["opened", "unchanged", "unchanged"]
    story = await story_of(dependencies.log)
    (resolved,) = (event for event in story.events if event.type == "alert.resolved")
    assert resolved.ended_at == CREATED_AT + timedelta(hours=1)
    assert (len(story.incidents), story.open_alerts) == (1, {})


@pytest.mark.parametrize("body", [{}, {"id": None}, {"state": "CREATED"}, [], "down", 4])
async def test_what_names_no_issue_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    url = await door_for(client, dependencies, "new-relic")
    assert (await client.post(url, json=body)).status_code == 422
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "new-relic"
