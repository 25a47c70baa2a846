"""incident.io: alert events at its own path, with its key and its answers.

Body: the example of incident.io's OpenAPI description.
"""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.platforms.incident_io import SOURCE
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

DOCUMENTED = recorded("incident_io/documented.json")
PATH = "/v2/alert_events/http/01GW2G3V0S59R238FAHPDS1R66"


def sent(**members: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(DOCUMENTED)
    return body | members


def test_the_documented_event_is_one_alert() -> None:
    (signal,) = signals_by(SOURCE, DOCUMENTED)
    assert signal.firing
    assert signal.dedup_key == "4293868629"
    assert signal.title == "*errors.withMessage: PG::Error failed to connect"
    assert signal.labels == {"service": "hello.world.com"}
    assert signal.annotations["team"] == '["my-team"]'
    assert signal.source_url == "https://www.my-alerting-platform.com/alerts/my-alert-123"
    assert not signal.mended
    assert read_by(SOURCE, DOCUMENTED).summary.startswith("We've detected a number of timeouts")


@pytest.mark.parametrize(
    ("metadata", "severity"),
    [({"severity": "critical"}, Severity.SEV1), ({"severity": 7}, None), (None, None), ({}, None)],
)
def test_a_severity_among_the_metadata_counts(metadata: Any, severity: Severity | None) -> None:
    (signal,) = signals_by(SOURCE, sent(metadata=metadata))
    assert signal.severity is severity


@pytest.mark.parametrize("place", ["header", "query"])
async def test_a_sender_moves_by_its_base_url(
    client: AsyncClient, dependencies: Dependencies, place: str
) -> None:
    key = (await door_for(client, dependencies, "incident-io")).split("/")[3]
    headers = {"Authorization": f"Bearer {key}"} if place == "header" else {}
    params = {"token": key} if place == "query" else {}
    for status in ("firing", "firing", "resolved"):
        answer = await client.post(PATH, json=sent(status=status), headers=headers, params=params)
        assert answer.status_code == 202
        assert answer.json() == {
            "status": "success",
            "message": "Event accepted for processing",
            "deduplication_key": "4293868629",
        }
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 1
    assert not story.open_alerts


async def test_an_event_without_a_key_ends_by_its_title_and_its_metadata(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "incident-io")
    body = sent()
    del body["deduplication_key"]
    keys = [
        (await client.post(url, json=body | {"status": status})).json()["deduplication_key"]
        for status in ("firing", "resolved")
    ]
    assert keys[0] == keys[1]
    assert not (await story_of(dependencies.log)).open_alerts


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (sent(status="open"), 422, "status"),
        (sent(title=" "), 422, "title"),
        (sent(title=None), 422, "title"),
        (sent(metadata=[]), 422, "metadata"),
        ({}, 422, "title"),
    ],
)
async def test_a_refusal_names_the_field_as_incident_io_does(
    client: AsyncClient, dependencies: Dependencies, body: Any, status: int, field: str
) -> None:
    url = await door_for(client, dependencies, "incident-io")
    answer = await client.post(url, json=body)
    assert answer.status_code == status
    refused = answer.json()
    assert (refused["type"], refused["status"]) == ("validation_error", status)
    assert refused["errors"][0]["source"] == {"field": field}
    assert len(await dependencies.dead_letters.newest(10)) == 1


async def test_an_unknown_key_is_an_error(client: AsyncClient) -> None:
    answer = await client.post(PATH, json=sent(), headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == answer.json()["type"] == "not_authenticated"


@pytest.mark.parametrize("body", [b"", b"[]", b"{" * 5_000, b'{"title": "a", "title": "b"}'])
async def test_a_hostile_body_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "incident-io")
    assert (await client.post(url, content=body)).status_code in {400, 422}
    assert len(await dependencies.dead_letters.newest(10)) == 1
