"""PagerDuty's Events API: answered, told apart and ended as its senders know it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from events.alert.events import AlertTriggered
from events.errors import LogUnavailable
from events.ids import IncidentId
from events.incident.events import IncidentDeclared, IncidentResolved
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from tests.services.api.intake.monitor import incident_lives
from tests.services.api.intake.sources.pagerduty.pager import (
    CREATE,
    ENQUEUE,
    Pager,
    documented,
    pager_for,
)

PROCESSED = {"status": "success", "message": "Event processed"}


def only[Kind](kind: type[Kind], events: Any) -> Kind:
    (found,) = (one for one in events if isinstance(one, kind))
    return found


async def test_the_documented_event_opens_an_incident_with_all_that_it_says(pager: Pager) -> None:
    answer = await pager.http.post(
        ENQUEUE, json=documented("v2-trigger") | {"routing_key": pager.key}
    )
    assert (answer.status_code, answer.json()) == (202, PROCESSED | {"dedup_key": "srv01/mysql"})
    story = await pager.story()
    declared, alert = only(IncidentDeclared, story.events), only(AlertTriggered, story.events)
    assert declared.title == "DISK at 99% on machine prod-datapipe03.example.com"
    assert declared.severity is Severity.SEV1
    assert "free space: 1%\nping time: 1500ms\nload avg: 0.75" in declared.summary
    assert declared.began_at is None  # the example's time is years ago
    assert alert.dedup_key == "srv01/mysql"
    assert alert.labels == {
        "severity": "SEV1",
        "source": "prod-datapipe03.example.com",
        "component": "mysql",
        "group": "prod-datapipe",
        "class": "disk",
    }
    assert alert.source_url == "https://monitoring.service.com"
    assert alert.annotations["client"] == "Sample Monitoring Service"
    assert alert.annotations["links"] == "An example link. http://pagerduty.example.com"
    assert alert.annotations["images"].startswith(
        "An example link with an image https://chart.googleapis.com/chart?"
    )
    assert alert.annotations["timestamp"] == "2015-07-17T08:42:58.315+0000"
    assert alert.annotations["free space"] == "1%"


async def test_the_documented_event_of_the_first_version_is_answered_as_that_one_is(
    pager: Pager,
) -> None:
    answer = await pager.http.post(
        CREATE, json=documented("v1-trigger") | {"service_key": pager.key}
    )
    assert (answer.status_code, answer.json()) == (200, PROCESSED | {"incident_key": "srv01/HTTP"})
    story = await pager.story()
    declared, alert = only(IncidentDeclared, story.events), only(AlertTriggered, story.events)
    assert declared.title == "FAILURE for production/HTTP on machine srv01.acme.com"
    assert declared.severity is None  # triage says it
    assert alert.annotations["ping time"] == "1500ms"
    assert "http://acme.pagerduty.com" in alert.annotations["links"]
    assert "View the incident on PagerDuty" not in alert.annotations["links"]
    assert "https://chart.googleapis.com" in alert.annotations["images"]
    for action in ("acknowledge", "resolve"):
        body = {"service_key": pager.key, "event_type": action, "incident_key": "srv01/HTTP"}
        ended = await pager.http.post(CREATE, json=body)
        assert (ended.status_code, ended.json()["incident_key"]) == (200, "srv01/HTTP")
    assert (await pager.story()).open_alerts == {}


async def test_what_a_real_alertmanager_sent_to_its_pagerduty_receiver_is_one_incident(
    pager: Pager,
) -> None:
    """Recorded from Alertmanager with the how-to's configuration; only its address was changed."""
    for name in ("alertmanager-1-firing", "alertmanager-1-firing", "alertmanager-2-resolved"):
        body = documented(name) | {"routing_key": pager.key}
        answer = await pager.http.post(ENQUEUE, json=body)
        assert answer.json() == PROCESSED | {"dedup_key": body["dedup_key"]}
        assert "tocsin-cut" not in answer.headers
    story = await pager.story()
    (declared,) = story.incidents
    assert (declared.title, declared.severity) == ("[FIRING:2] DiskFull (critical)", Severity.SEV1)
    assert "firing: Labels:\n - alertname = DiskFull\n - instance = db-1" in declared.summary
    assert "\nresolved:" not in declared.summary
    assert "Alertmanager: http://alertmanager.example.com:9093/#/alerts?receiver=tocsin" in (
        declared.summary
    )
    assert story.types.count("alert.triggered") == 1
    assert story.open_alerts == {}


@pytest.mark.parametrize(
    ("sent", "severity"),
    [
        ("critical", Severity.SEV1),
        ("error", Severity.SEV2),
        ("warning", Severity.SEV3),
        ("info", Severity.SEV4),
        (" Critical ", Severity.SEV1),
        ("sev2", Severity.SEV2),
        ("unknown", None),
        ("", None),
        (None, None),
        (3, None),
    ],
)
async def test_a_severity_is_one_of_ours_and_an_odd_one_costs_no_page(
    pager: Pager, sent: Any, severity: Severity | None
) -> None:
    answer = await pager.trigger("a", severity=sent)
    assert answer.status_code == 202
    assert ("severity" in answer.headers.get("tocsin-cut", "")) == (severity is None)
    assert only(IncidentDeclared, (await pager.story()).events).severity is severity


async def test_a_trigger_that_comes_again_is_the_alert_that_is_open(pager: Pager) -> None:
    for minute in range(3):  # each repeat has a time of its own
        at = datetime.now(UTC) + timedelta(minutes=2 * minute)
        await pager.trigger("disk", timestamp=at.isoformat())
    story = await pager.story()
    assert story.types.count("alert.triggered") == 1
    assert len(story.incidents) == 1


async def test_a_key_counts_whatever_the_words_and_a_resolve_needs_no_words(pager: Pager) -> None:
    await pager.trigger("k", summary="Text a")
    await pager.trigger("k", summary="Text b", severity="critical")
    await pager.event("resolve", "k")
    story = await pager.story()
    assert (len(story.incidents), story.types.count("alert.triggered")) == (1, 1)
    assert story.open_alerts == {}


async def test_two_alerts_that_say_nothing_of_themselves_are_two(pager: Pager) -> None:
    empty: dict[str, Any] = {
        "source": "",
        "component": "",
        "group": "",
        "class": "",
        "custom_details": {},
    }
    first = (await pager.trigger(**empty)).json()["dedup_key"]
    await pager.trigger(**empty)
    await pager.event("resolve", first)
    story = await pager.story()
    assert (len(story.incidents), len(story.open_alerts)) == (2, 1)


async def test_a_resolve_ends_the_alert_and_a_trigger_after_it_is_a_new_one_at_once(
    pager: Pager,
) -> None:
    for _ in range(3):
        assert (await pager.trigger("disk")).status_code == 202
        assert (await pager.event("resolve", "disk")).json() == PROCESSED | {"dedup_key": "disk"}
    story = await pager.story()
    assert story.types.count("alert.triggered") == story.types.count("alert.resolved") == 3
    assert story.open_alerts == {}


async def test_a_trigger_after_people_resolved_its_incident_opens_one_more_at_once(
    pager: Pager,
) -> None:
    await pager.trigger("disk")
    (declared,) = (await pager.story()).incidents
    now = datetime.now(UTC)
    resolved = IncidentResolved(
        incident_id=declared.incident_id, summary="", resolved_by="ada", resolved_at=now
    )
    await incident_lives(pager.dependencies.log, IncidentId(declared.incident_id), resolved)
    assert (await pager.trigger("disk")).status_code == 202  # it may never be sent again
    assert len((await pager.story()).incidents) == 2


async def test_a_trigger_without_a_key_is_always_a_new_alert_and_its_key_ends_it(
    pager: Pager,
) -> None:
    first, second = [(await pager.trigger()).json()["dedup_key"] for _ in range(2)]
    assert first != second
    assert len((await pager.story()).incidents) == 2
    await pager.event("resolve", first)
    assert len((await pager.story()).open_alerts) == 1


async def test_a_request_that_is_repeated_under_its_idempotency_key_is_one_alert(
    pager: Pager,
) -> None:
    body = documented("v2-trigger") | {"routing_key": pager.key}
    del body["dedup_key"]
    headers = {"Idempotency-Key": "once"}
    first, again = [await pager.http.post(ENQUEUE, json=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert len((await pager.story()).incidents) == 1


async def test_fifty_equal_triggers_at_once_are_one_alert_and_one_incident(pager: Pager) -> None:
    answers = await asyncio.gather(*(pager.trigger("disk") for _ in range(50)))
    assert {one.status_code for one in answers} == {202}
    story = await pager.story()
    assert (len(story.incidents), story.types.count("alert.triggered")) == (1, 1)


async def test_an_acknowledgement_is_kept_for_the_workflow_of_the_alerts_incident(
    pager: Pager,
) -> None:
    await pager.trigger("disk")
    (declared,) = (await pager.story()).incidents
    answer = await pager.event("acknowledge", "disk")
    assert (answer.status_code, answer.json()) == (202, PROCESSED | {"dedup_key": "disk"})
    (kept,) = await pager.inbox.waiting(f"incident/{declared.incident_id}")
    assert b'"kind":"acknowledge_incident"' in kept.body
    assert kept.principal.startswith("integration:")


@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
async def test_what_is_said_of_an_alert_that_is_not_open_is_taken_and_dropped(
    pager: Pager, action: str
) -> None:
    answer = await pager.event(action, "never")
    assert (answer.status_code, answer.json()) == (202, PROCESSED | {"dedup_key": "never"})
    story = await pager.story()
    assert not [one for one in story.types if one.startswith(("alert", "incident"))]


@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
async def test_another_integration_ends_nothing_of_this_one(
    client: AsyncClient, dependencies: Dependencies, pager: Pager, action: str
) -> None:
    await pager.trigger("disk")
    other = await pager_for(client, dependencies)
    assert other.key != pager.key
    assert (await other.event(action, "disk")).status_code == 202
    story = await pager.story()
    assert len(story.open_alerts) == 1
    (declared,) = story.incidents
    assert await pager.inbox.waiting(f"incident/{declared.incident_id}") == []


async def test_a_long_key_is_answered_as_it_was_sent_and_ends_its_alert(pager: Pager) -> None:
    key = "x" * 400
    assert (await pager.trigger(key)).json()["dedup_key"] == key
    await pager.trigger("x" * 399 + "y")
    await pager.event("resolve", key)
    assert len((await pager.story()).open_alerts) == 1


async def test_a_recent_time_says_since_when_there_is_trouble(pager: Pager) -> None:
    began_at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=20)
    await pager.trigger("disk", timestamp=began_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000"))
    assert only(IncidentDeclared, (await pager.story()).events).began_at == began_at


async def test_at_its_own_path_the_key_of_the_path_counts(pager: Pager) -> None:
    path = f"/v1/integrations/{pager.key}/pagerduty-events-v2"
    answer = await pager.http.post(path, json=documented("v2-trigger"))
    assert (answer.status_code, answer.json()["dedup_key"]) == (202, "srv01/mysql")


async def test_nothing_is_promised_while_the_log_cannot_be_reached(
    pager: Pager, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(_: Any) -> Any:
        raise LogUnavailable("away")

    monkeypatch.setattr(pager.dependencies.log, "append", unreachable)
    answer = await pager.trigger("disk")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["status"] == "error"
