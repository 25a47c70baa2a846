"""CloudEvents: structured, binary and batched, with an alert in the data or without.

Bodies: the examples of "JSON Event Format for CloudEvents", version 1.0.2.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.clouds.cloud_events import SOURCE
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

STRUCTURED = recorded("cloud_events/structured.json")
BATCH = recorded("cloud_events/batch.json")


def sent(**members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(STRUCTURED)
    return body | members


def test_a_structured_event_is_an_alert_by_its_source_and_type() -> None:
    (signal,) = signals_by(SOURCE, STRUCTURED)
    assert signal.firing
    assert signal.title == "com.example.someevent"
    assert signal.dedup_key == "/mycontext com.example.someevent"
    assert signal.labels == {"source": "/mycontext", "type": "com.example.someevent"}
    assert signal.annotations == {"appinfoA": "abc", "appinfoB": "123", "appinfoC": "true"}
    assert signal.started_at == datetime(2018, 4, 5, 17, 31, tzinfo=UTC)


def test_the_events_of_a_batch_are_one_group() -> None:
    batch = read_by(SOURCE, BATCH)
    assert (batch.signals.count, batch.unread) == (2, 0)
    assert [one.name for one in batch.signals.listed] == [
        "com.example.someevent",
        "com.example.someotherevent",
    ]


def test_one_event_that_cannot_be_read_costs_no_other_its_page() -> None:
    batch = read_by(SOURCE, [*json.loads(BATCH), {"specversion": "1.0"}, 7])
    assert (batch.signals.count, batch.unread) == (2, 2)


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        ({"type": "x.disk.fired"}, {"type": "x.disk.resolved"}),
        ({"subject": "db-1", "type": "x.disk.full"}, {"subject": "db-1", "type": "x.disk.ok"}),
        ({"type": "x.disk"}, {"type": "x.disk", "data": {"status": "resolved"}}),
        ({"data": {"dedup_key": "a"}}, {"type": "x.closed", "data": {"dedup_key": "a"}}),
    ],
)
def test_an_end_finds_its_beginning(began: Any, ended: Any) -> None:
    (first,), (last,) = (signals_by(SOURCE, sent(**one)) for one in (began, ended))
    assert (first.firing, last.firing) == (True, False)
    assert first.dedup_key == last.dedup_key


def test_the_fields_of_an_alert_in_the_data_count() -> None:
    data = {"title": "Stuck", "severity": "error", "labels": {"queue": "a"}, "length": 4}
    (signal,) = signals_by(SOURCE, sent(data=data))
    assert (signal.title, signal.severity) == ("Stuck", Severity.SEV2)
    assert signal.labels["queue"] == "a"
    assert signal.annotations == {"length": "4"}


@pytest.mark.parametrize("data", [None, "text", 7, [1], {}, {"labels": 3, "details": "x"}])
def test_data_of_any_kind_costs_no_page(data: Any) -> None:
    assert signals_by(SOURCE, sent(data=data))[0].firing


async def test_in_binary_mode_the_attributes_are_headers(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "cloud-events")
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "/queues",
        "ce-subject": "Euro%20%E2%82%AC",
    }
    opened = headers | {"ce-type": "x.stuck", "Content-Type": "text/plain"}
    ended = headers | {"ce-type": "x.resolved", "Content-Type": "application/json"}
    assert (await client.post(url, content=b"It is stuck.", headers=opened)).status_code == 200
    (incident,) = (await story_of(dependencies.log)).incidents
    assert incident.title == "x.stuck: Euro €"
    assert (await client.post(url, content=b"", headers=ended)).status_code == 200
    assert not (await story_of(dependencies.log)).open_alerts


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"[1]", b"{}", b"7",
        b'{"specversion": "0.3", "id": "1", "source": "a", "type": "b"}',
        b'{"specversion": "1.0", "id": " ", "source": "a", "type": "b"}',
        b'{"specversion": "1.0", "id": "1", "source": "a", "type": "b", "data": {"status": "x"}}',
        b"[" * 10_000,
    ],
)  # fmt: skip
async def test_what_is_no_event_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "cloud-events")
    headers = {"Content-Type": "application/cloudevents+json"}
    assert (await client.post(url, content=body, headers=headers)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1
