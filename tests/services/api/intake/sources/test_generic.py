"""Generic JSON: plain fields are one alert, and its end needs no more than its key."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from httpx import AsyncClient
from hypothesis import given

from events.alert.decide import alert_decider
from events.alert.events import ALERT_EVENTS
from events.alert.state import INITIAL
from events.ids import IncidentId
from events.log.codec import codec_for
from events.log.limits import MAX_APPEND_BYTES
from events.values.plain_text import ONE_LINE, PLAIN, one_line
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.generic import GenericAlert, batch, severity_of
from services.intake.alerts.report import incident_summary, incident_title, trigger_command
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch, Signal
from tests.services.api.intake.monitor import SENDER, STARTED, report_of, signals_in, story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at

FIRING = (Path(__file__).parents[4] / "data" / "generic" / "firing.json").read_bytes()
RESOLVED = {"dedup_key": "backup-db-1", "status": "resolved"}


def heard(body: Any, key: str | None = None) -> Batch:
    arrival = Arrival(sender=SENDER, at=STARTED, idempotency_key=key)
    return batch(GenericAlert.model_validate(body), arrival)


def only(body: Any, key: str | None = None) -> Signal:
    (signal,) = signals_in(heard(body, key))
    return signal


def test_a_recorded_body_is_one_alert_with_all_that_it_says() -> None:
    whole = heard(json.loads(FIRING))
    (signal,) = signals_in(whole)
    assert (signal.dedup_key, signal.firing, signal.severity) == (
        "backup-db-1",
        True,
        Severity.SEV2,
    )
    assert signal.labels == {"host": "db-1", "exit_code": "3"}
    assert signal.annotations["last"] == '{"took": "00:10:02"}'
    assert signal.started_at == datetime(2026, 11, 23, 2, 25, 8, tzinfo=UTC)
    assert incident_title(whole) == "Backup of db-1 failed"
    assert incident_summary(whole).splitlines() == [
        "pg_basebackup: could not connect",
        "to the server",
        "Alerts firing: 1.",
        "- Backup of db-1 failed (exit_code=3, host=db-1)",
        "Generic JSON: https://ci.example.com/backups/77",
    ]


async def test_an_alert_is_one_whatever_its_text_says_and_ends_by_its_key_alone(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    url = path.replace("alertmanager", "generic")
    first = (await client.post(url, content=FIRING)).json()
    reworded = (await client.post(url, json={"dedup_key": "backup-db-1", "title": "b"})).json()
    ended = (await client.post(url, json=RESOLVED)).json()
    assert [one["outcome"] for one in (first, reworded, ended)] == [
        "opened",
        "unchanged",
        "unchanged",
    ]
    assert ended["alerts"][0]["state"] == "resolved"
    story = await story_of(dependencies.log)
    assert [event.labels["severity"] for event in story.events if hasattr(event, "labels")] == [
        "SEV2"
    ]
    assert (len(story.incidents), story.open_alerts) == (1, {})


def test_without_a_key_the_same_words_are_the_same_alert_and_others_are_not() -> None:
    disk = {"title": "Disk full", "labels": {"host": "a"}}
    elsewhere = {"title": "Disk full", "labels": {"host": "b"}}
    assert only(disk).dedup_key == only({**disk, "status": "resolved"}).dedup_key
    assert only(disk).dedup_key != only(elsewhere).dedup_key
    assert only(disk, key="run-9").dedup_key == "run-9"


def test_alerts_of_one_group_are_one_incident() -> None:
    alerts = [{"title": name, "group_key": "nightly"} for name in "ab"]
    assert {heard(one).group_key for one in alerts} == {"nightly"}
    assert heard({"title": "a", "dedup_key": "k"}).group_key == "k"


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.SEV1),
        ("SEV3", Severity.SEV3),
        ("Info", Severity.SEV4),
        ("urgent", None),
        ("", None),
    ],
)
def test_a_severity_in_the_words_of_other_tools_is_one_of_ours(
    word: str, severity: Severity | None
) -> None:
    assert severity_of(word) is severity


@pytest.mark.parametrize(
    ("odd", "holds"),
    [
        ({"title": "x" * 900}, lambda one: len(one.title) == 200),
        ({"title": "a\x1b[31mb\x00"}, lambda one: one.title == "ab"),
        ({"dedup_key": "k" * 900}, lambda one: len(one.dedup_key) == 255),
        ({"started_at": "yesterday"}, lambda one: one.started_at == STARTED),
        ({"started_at": {}}, lambda one: not one.start_known),
        ({"started_at": "1700000000"}, lambda one: one.started_at.year == 2023),
        ({"started_at": "1700000000000"}, lambda one: one.started_at.year == 2023),
        ({"source_url": "javascript:alert(1)"}, lambda one: one.source_url == ""),
        ({"title": 7}, lambda one: one.title == "7"),
        ({"labels": None, "description": None}, lambda one: one.labels == {}),
        ({"details": {str(one): "x" * 9_000 for one in range(99)}}, lambda one: one.firing),
    ],
)
def test_what_is_odd_is_cut_and_cleaned_and_the_alert_is_taken(odd: Any, holds: Any) -> None:
    signal = only({"title": "Disk full", **odd})
    assert holds(signal), signal


@pytest.mark.parametrize("body", [{}, {"title": " "}, {"title": "a", "status": "on"}, []])
async def test_what_names_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    path, _ = await monitor_at(client, dependencies)
    url = path.replace("alertmanager", "generic")
    answer = await client.post(url, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    (letter,) = await dependencies.dead_letters.newest(10)
    assert (letter.source, letter.reason.startswith("Not allowed: body")) == ("generic", True)


def test_what_was_cut_or_replaced_is_counted_as_mended() -> None:
    assert only({"title": "x" * 900}).mended
    assert only({"title": "a", "source_url": "javascript:alert(1)"}).mended
    assert not only(json.loads(FIRING)).mended


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = st.dictionaries(
    st.text(max_size=400), st.text(max_size=3_000) | st.text("\x1b[\x9b31m\u202e\r\n a") | JSON
)
BODIES = st.fixed_dictionaries(
    {"title": st.text(min_size=1).filter(one_line)},
    optional={
        **dict.fromkeys(("dedup_key", "group_key", "severity", "description"), st.text() | JSON),
        **dict.fromkeys(("source_url", "started_at", "ended_at"), st.text() | JSON),
        **dict.fromkeys(("labels", "details"), MEMBERS | st.none()),
    },
)


@given(BODIES)
def test_whatever_has_a_title_opens_an_alert_that_can_be_stored(body: dict[str, Any]) -> None:
    report = report_of(heard(body))
    (alert_id,) = report.signals
    command = trigger_command(report, alert_id, IncidentId(alert_id), STARTED)
    (event,) = alert_decider.decide(command, INITIAL)
    assert len(codec_for(ALERT_EVENTS).encode(event).payload) < MAX_APPEND_BYTES
    assert re.fullmatch(ONE_LINE, incident_title(report.batch))
    assert re.fullmatch(PLAIN, incident_summary(report.batch))
    assert 1 <= len(command.dedup_key) <= 255
