"""Change events, as senders write them, are kept once, and never under somebody else's name."""

from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient, Response

from events.change.commands import ReportChange
from events.ids import IntegrationId, ServiceId
from services.api.dependencies import Dependencies
from services.api.intake.sources.change_events import ChangeEvent, PlainChange, change_report
from services.intake.arrival import Arrival, Sender
from tests.services.api.intake.test_alertmanager_route import monitor_at

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CI = Sender(integration_id=IntegrationId("ci"), service_id=ServiceId("checkout"))
PAGERDUTY: dict[str, Any] = {
    "routing_key": "R0",
    "payload": {
        "summary": "Build Success - Increase snapshot create timeout to 30 seconds",
        "timestamp": "2026-03-02T11:52:22.000+00:00",
        "source": "acme-build-pipeline-tool-default-i-9999",
        "custom_details": {"build_state": "passed", "run_time": 1236, "steps": ["a", "b"]},
    },
    "links": [
        {"href": "https://ci.example.com/builds/9", "text": "View more details"},
        {"href": "javascript:alert(1)"},
    ],
    "images": [],
}


def command(
    event: ChangeEvent, sender: Sender = CI, at: datetime = NOON, key: str | None = None
) -> ReportChange:
    return change_report(event, Arrival(sender=sender, at=at, idempotency_key=key)).command


def told(body: dict[str, Any] = PAGERDUTY, at: datetime = NOON, key: str | None = None) -> Any:
    return command(ChangeEvent.model_validate(body), at=at, key=key)


def test_what_pagerduty_documents_is_taken_as_it_is() -> None:
    change = told()
    assert change.summary.startswith("Build Success")
    assert change.happened_at == datetime(2026, 3, 2, 11, 52, 22, tzinfo=UTC)
    assert change.service_id == "checkout"
    assert change.details == {
        "build_state": "passed",
        "run_time": "1236",
        "steps": '["a", "b"]',
    }
    assert [(one.title, one.url) for one in change.links] == [
        ("View more details", "https://ci.example.com/builds/9")
    ]


def test_the_same_words_with_their_own_time_are_the_same_change_whenever_they_come() -> None:
    later = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert told().change_id == told(at=later).change_id


def test_without_any_time_each_request_is_a_change_of_its_own_unless_it_says_who_it_is() -> None:
    bare = {"payload": {"summary": "Deploy"}}
    later = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
    assert told(bare).happened_at == NOON
    assert told(bare).change_id != told(bare, later).change_id
    assert told(bare, key="k").change_id == told(bare, later, key="k").change_id
    named = bare | {"id": "run-9"}
    assert told(named).change_id == told(named, later).change_id


def test_two_senders_never_share_a_change() -> None:
    other = Sender(integration_id=IntegrationId("cd"), service_id=ServiceId("checkout"))
    event = ChangeEvent.model_validate(PAGERDUTY)
    assert told().change_id != command(event, other).change_id


def test_a_plain_change_is_the_same_as_one_in_pagerdutys_form() -> None:
    plain = PlainChange.model_validate(
        {"summary": "Deploy", "source": "ci", "happened_at": "2026-03-02T11:00:00Z"}
    )
    formal = {"summary": "Deploy", "source": "ci", "timestamp": "2026-03-02T11:00:00Z"}
    change = command(plain.as_event())
    assert change == told({"payload": formal})


@pytest.fixture
async def url(client: AsyncClient, dependencies: Dependencies) -> str:
    """The path that an integration reports its changes to."""
    webhook, _ = await monitor_at(client, dependencies)
    return webhook.replace("/alertmanager", "/change-events")


@pytest.mark.parametrize(
    "named", [{"json": {"id": "release-9"}}, {"headers": {"Idempotency-Key": "k"}}]
)
async def test_another_change_under_a_name_that_was_used_is_refused_and_not_dropped(
    client: AsyncClient, dependencies: Dependencies, url: str, named: dict[str, Any]
) -> None:
    async def report(summary: str) -> Response:
        body = {"summary": summary, **named.get("json", {})}
        return await client.post(url, json=body, headers=named.get("headers"))

    first, again = await report("Release 9 begins"), await report("Release 9 begins")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["change_id"] == again.json()["change_id"]
    other = await report("Release 9 is rolled back")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    stored = await dependencies.log.read_stream(f"change-{first.json()['change_id']}")
    assert len(stored) == 1


async def test_what_is_too_long_or_no_time_is_cut_and_said_and_not_refused(
    client: AsyncClient, url: str
) -> None:
    body = {
        "payload": {
            "summary": "\x1b[31mDeploy\x07\r" + "x" * 2_000,
            "source": "s" * 300,
            "timestamp": "0001-01-01T00:00:00Z",
        },
        "links": [{"href": "https://ci.example.com/9", "text": "t" * 300}] * 30,
        "id": "i" * 400,
    }
    answer = await client.post(url, json=body)
    assert answer.status_code == 202, answer.text
    told = answer.headers["Tocsin-Cut"]
    for part in ("summary", "source", "timestamp", "links: 20 of 30"):
        assert part in told


def test_two_long_names_that_end_differently_are_two_changes() -> None:
    first, second = ({"summary": "Deploy", "id": "i" * 400 + end} for end in "ab")
    one, two = (PlainChange.model_validate(body).as_event() for body in (first, second))
    assert command(one).change_id != command(two).change_id
    assert command(one).happened_at == NOON
