"""Statuspage: a vendor's incidents and components are alerts until it says that they are over.

Bodies: the two examples of Atlassian's documentation, "Enable webhook notifications".
"""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.platforms.statuspage import SOURCE
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

INCIDENT = recorded("statuspage/incident.json")
COMPONENT = recorded("statuspage/component.json")


def incident(**members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(INCIDENT)
    body["incident"] |= members
    return body


def component(status: str, name: str = "rb5wq1dczvbm") -> dict[str, Any]:
    body: dict[str, Any] = json.loads(COMPONENT)
    body["component_update"] |= {"new_status": status, "component_id": name}
    body["component"] |= {"status": status, "id": name}
    return body


def test_an_incident_of_the_vendor_is_one_alert_with_its_newest_update() -> None:
    (signal,) = signals_by(SOURCE, INCIDENT)
    assert signal.firing
    assert signal.title == "Virginia Is Down"
    assert signal.dedup_key == "statuspage incident lbkhbwn21v5q"
    assert signal.labels == {"page": "j2mfxwj97wnj", "impact": "high"}
    assert signal.annotations["description"].startswith("A fix has been implemented")
    assert signal.annotations["status"] == "monitoring"
    assert signal.source_url == "https://status.sentry.io/incidents/bt27tt1h1wsd?u=jwjgrfrf3pjj"
    assert signal.start_known


def test_a_component_that_works_again_ends_what_its_trouble_began() -> None:
    (over,) = signals_by(SOURCE, COMPONENT)
    (begun,) = signals_by(SOURCE, component("major_outage"))
    assert not over.firing
    assert begun.firing
    assert begun.dedup_key == over.dedup_key == "statuspage component rb5wq1dczvbm"
    assert begun.title == "Some Component has trouble"
    assert begun.severity is Severity.SEV1


def test_components_of_one_page_are_one_incident_and_its_incidents_another() -> None:
    first, second = (read_by(SOURCE, component("major_outage", one)) for one in ("a", "b"))
    assert first.group_key == second.group_key != read_by(SOURCE, INCIDENT).group_key


@pytest.mark.parametrize(
    ("status", "firing"),
    [
        ("investigating", True),
        ("identified", True),
        ("monitoring", True),
        ("resolved", False),
        ("postmortem", False),
        ("scheduled", False),
        ("in_progress", False),
        ("verifying", False),
        ("completed", False),
    ],
)
def test_an_incident_fires_until_it_is_resolved_and_planned_work_never_does(
    status: str, *, firing: bool
) -> None:
    (signal,) = signals_by(SOURCE, incident(status=status))
    assert signal.firing is firing


@pytest.mark.parametrize(
    ("status", "severity", "firing"),
    [
        ("major_outage", Severity.SEV1, True),
        ("partial_outage", Severity.SEV2, True),
        ("degraded_performance", Severity.SEV3, True),
        ("a new word", None, True),
        ("under_maintenance", None, False),
        ("operational", None, False),
    ],
)
def test_a_component_has_the_severity_of_its_status(
    status: str, severity: Severity | None, *, firing: bool
) -> None:
    (signal,) = signals_by(SOURCE, component(status))
    assert (signal.severity, signal.firing) == (severity, firing)


@pytest.mark.parametrize(
    ("impact", "severity"),
    [
        ("critical", Severity.SEV1),
        ("major", Severity.SEV2),
        ("minor", Severity.SEV3),
        ("none", Severity.SEV4),
        ("high", None),
        (None, None),
    ],
)
def test_the_impact_at_the_vendor_is_the_severity(impact: Any, severity: Severity | None) -> None:
    (signal,) = signals_by(SOURCE, incident(impact=impact))
    assert signal.severity is severity


@pytest.mark.parametrize(
    "odd",
    [
        {"incident_updates": None},
        {"incident_updates": [7]},
        {"incident_updates": [{"body": {"a": 1}}]},
        {"name": None, "created_at": "yesterday", "shortlink": 7},
        {"id": 12},
    ],
)
def test_odd_members_cost_no_alert(odd: dict[str, Any]) -> None:
    (signal,) = signals_by(SOURCE, incident(**odd))
    assert signal.firing
    assert signal.title


async def test_an_incident_is_opened_updated_and_resolved_as_one(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "statuspage")
    for status in ("investigating", "identified", "monitoring", "resolved", "postmortem"):
        answer = await client.post(url, json=incident(status=status))
        assert answer.status_code == 200
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    assert not story.open_alerts


async def test_planned_work_opens_nothing(client: AsyncClient, dependencies: Dependencies) -> None:
    url = await door_for(client, dependencies, "statuspage")
    for status in ("scheduled", "in_progress", "completed"):
        answer = await client.post(url, json=incident(status=status))
        assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged")
    assert (await story_of(dependencies.log)).types.count("alert.triggered") == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"{" * 5_000,
        json.dumps({"page": {"id": "x"}, "incident": {"id": "y"}}).encode(),
        json.dumps({"component": {"id": "y"}}).encode(),
    ],
    ids=["empty", "list", "nothing", "deep", "incident", "component"],
)
async def test_a_hostile_body_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "statuspage")
    assert (await client.post(url, content=body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1
