"""Grafana: Alertmanager's form with values and links, and ends that name another beginning.

Bodies: Grafana's documentation of its webhook; one of play.grafana.org, version 11.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.grafana import SOURCE
from services.intake.alerts.report import incident_summary, incident_title
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

DOCUMENTED = recorded("grafana/documented.json")
VERSION_11 = recorded("grafana/version-11.json")


def sent(**members: Any) -> dict[str, Any]:
    """The recorded alert with other members."""
    body: dict[str, Any] = json.loads(VERSION_11)
    body["alerts"][0] |= members
    return body


def test_a_documented_body_is_one_group_of_its_alerts() -> None:
    batch = read_by(SOURCE, DOCUMENTED)
    memory, cpu = signals_by(SOURCE, DOCUMENTED)
    assert (batch.sender, batch.group_key, batch.left_out) == ("Grafana", "{}:{}", 0)
    assert [memory.dedup_key, cpu.dedup_key] == ["c6eadffa33fcdf37", "bc97ff14869b13e3"]
    assert memory.started_at == datetime(2021, 10, 12, 7, 51, 3, 157076, tzinfo=UTC)
    assert memory.annotations["values"] == "B=44.23943737541908, C=1"
    assert not memory.mended
    assert incident_title(batch) == "This alert was triggered for zone us-1 (and 1 more)"
    assert incident_summary(batch).endswith("Grafana: https://play.grafana.org/")


def test_a_responder_finds_panel_dashboard_picture_and_silence() -> None:
    (signal,) = signals_by(SOURCE, VERSION_11)
    assert signal.annotations.keys() == {
        "summary", "dashboard", "panel", "image", "silence", "values"
    }  # fmt: skip
    assert signal.annotations["panel"].endswith("&viewPanel=2")
    assert signal.annotations["values"] == "A=2473545728, B=0, C=1, minute=9"
    assert signal.source_url.endswith("/view?orgId=1")


@pytest.mark.parametrize(
    ("odd", "values"),
    [
        ({"values": None}, "A=1"),  # Grafana before 10 has the text alone
        ({"values": {"A": None, "B": True}}, "B=true"),
        ({"values": {"A": [1], "B": {"C": 2}}}, None),
        ({"values": [1]}, "A=1"),
        ({"values": None, "valueString": 7}, None),
        ({"values": None, "valueString": None}, None),
    ],
)
def test_values_of_any_kind_cost_no_alert(odd: Any, values: str | None) -> None:
    (signal,) = signals_by(SOURCE, sent(**{"valueString": "A=1"} | odd))
    assert signal.firing
    assert signal.annotations.get("values") == values


@pytest.mark.parametrize(
    ("member", "url"),
    [
        ("panelURL", "javascript:alert(1)"),
        ("imageURL", {"src": "https://example.com"}),
        ("dashboardURL", "https://"),
        ("silenceURL", 4),
    ],
)
def test_a_link_that_is_no_web_address_is_left_out(member: str, url: Any) -> None:
    (signal,) = signals_by(SOURCE, sent(**{member: url}))
    assert signal.annotations.keys() - {"summary", "values"} < {
        "dashboard", "panel", "image", "silence"
    }  # fmt: skip
    assert len(signal.annotations) == 5


async def test_an_end_that_names_another_start_ends_what_fires(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    """Grafana issue 106065: a resolution whose startsAt is its endsAt."""
    url = await door_for(client, dependencies, "grafana")
    fired = sent(startsAt="2026-11-23T03:00:00Z")
    over = {"startsAt": "2026-11-23T03:07:00Z", "endsAt": "2026-11-23T03:07:00Z"}
    ended = sent(status="resolved", **over) | {"status": "resolved"}
    answers = [(await client.post(url, json=body)).json() for body in (fired, fired, ended)]
    assert [one["outcome"] for one in answers] == ["opened", "unchanged", "unchanged"]
    assert answers[2]["alerts"][0]["state"] == "resolved"
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    (resolved,) = (event for event in story.events if event.type == "alert.resolved")
    (triggered,) = (event for event in story.events if event.type == "alert.triggered")
    assert triggered.started_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert resolved.ended_at == datetime(2026, 11, 23, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"title": "Panel", "state": "ok"}', b'{"alerts"'])
async def test_what_names_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "grafana")
    answer = await client.post(url, content=body)
    assert answer.status_code == 400
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "grafana"
