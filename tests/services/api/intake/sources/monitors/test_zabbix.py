"""Zabbix: a problem is one alert, by the media type of the how-to page.

Body: what the page's script posted, run on its parameters with the values of a problem.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.zabbix import SOURCE, ZabbixEvent
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import STARTED, story_of

PROBLEM = recorded("zabbix/problem.json")
PAGE = Path("docs/how-to/connect-zabbix.md").read_text(encoding="utf-8")


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def sent(**members: Any) -> dict[str, Any]:
    """The recorded body with other members."""
    body: dict[str, Any] = json.loads(PROBLEM)
    return body | members


def test_the_recorded_body_is_one_alert_with_all_that_it_says() -> None:
    signal = only(PROBLEM)
    assert (signal.dedup_key, signal.firing, signal.severity) == ("10528", True, Severity.SEV3)
    assert signal.title == "Zabbix agent on www.example.com is unreachable for 5 minutes"
    assert signal.started_at == datetime(2026, 11, 23, 3, 25, 8, tzinfo=UTC)
    assert signal.labels == {
        "class": "os",
        "scope": "availability, performance",
        "host": "www.example.com",
        "host_groups": "Linux servers, Web",
        "trigger_id": "14032",
    }
    assert read_by(SOURCE, PROBLEM).summary == "Current state: down (2)"
    assert signal.source_url.endswith("eventid=10528")
    assert not signal.mended


def test_every_parameter_of_the_media_type_is_read() -> None:
    exported = yaml.safe_load(PAGE.split("```yaml\n")[1].split("```")[0])["zabbix_export"]
    (media_type,) = exported["media_types"]
    named = {one["name"] for one in media_type["parameters"]} - {"url"}
    assert named == ZabbixEvent.model_fields.keys()
    assert named - {"event_update_action"} == json.loads(PROBLEM).keys()
    assert {one["operation_mode"] for one in media_type["message_templates"]} == {
        "PROBLEM",
        "RECOVERY",
        "UPDATE",
    }


@pytest.mark.parametrize(
    ("value", "firing"), [("0", False), (0, False), ("1", True), ("{EVENT.VALUE}", True)]
)
def test_only_the_value_0_ends_a_problem(value: Any, *, firing: bool) -> None:
    assert only(sent(event_value=value)).firing is firing


@pytest.mark.parametrize(
    ("number", "severity"),
    [("5", Severity.SEV1), (4, Severity.SEV2), ("1", Severity.SEV4), ("0", None), ("", None)],
)
def test_the_severity_goes_by_its_number(number: Any, severity: Severity | None) -> None:
    assert only(sent(event_nseverity=number)).severity is severity


@pytest.mark.parametrize(
    ("odd", "holds"),
    [
        ({"link": "{$ZABBIX.URL}/tr_events.php"}, lambda one: one.source_url == ""),
        ({"host": "*UNKNOWN*"}, lambda one: "host" not in one.labels),
        ({"operation_data": "{EVENT.OPDATA}"}, lambda one: "description" not in one.annotations),
        ({"event_time": ""}, lambda one: one.started_at == STARTED),
        ({"event_time": "23 Nov"}, lambda one: not one.start_known),
        ({"event_tags": [{"tag": "a", "value": "b"}]}, lambda one: one.labels["a"] == "b"),
        ({"event_tags": "[" * 90_000}, lambda one: one.firing),
        ({"event_tags": '[1, {"tag": null}, {"tag": "a"}]'}, lambda one: one.labels["a"] == ""),
        ({"event_tags": "{EVENT.TAGSJSON}"}, lambda one: one.firing),
        ({"event_name": "{" * 90_000}, lambda one: len(one.title) == 200),
        ({"event_name": None}, lambda one: one.title == "Zabbix event 10528"),
    ],
)
def test_odd_values_cost_no_alert(odd: Any, holds: Any) -> None:
    signal = only(sent(**odd))
    assert holds(signal), signal


def test_two_problems_without_an_event_are_two() -> None:
    one, other = (only(sent(event_id="{EVENT.ID}", host=host)) for host in ("a", "b"))
    assert one.dedup_key != other.dedup_key


async def test_a_problem_is_paged_for_once_and_ends_by_its_event(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "zabbix")
    bodies = [sent(), sent(event_name="Other words"), sent(event_value="0", event_name="Other")]
    answers = [(await client.post(url, json=body)).json() for body in bodies]
    assert [one["outcome"] for one in answers] == ["opened", "unchanged", "unchanged"]
    story = await story_of(dependencies.log)
    assert (len(story.incidents), story.open_alerts) == (1, {})


@pytest.mark.parametrize("body", [{}, {"event_id": "{EVENT.ID}"}, {"event_name": " "}, [], "x"])
async def test_what_names_no_problem_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    url = await door_for(client, dependencies, "zabbix")
    assert (await client.post(url, json=body)).status_code == 422
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "zabbix"
