"""Datadog: the payload of the how-to page as Datadog fills it in, and its default payload.

Values: the examples in Datadog's documentation of its webhook variables; the default body is one
that Datadog sent in April 2025.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.datadog import SOURCE
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

DEFAULT = recorded("datadog/default.json")
PAGE = Path("docs/how-to/connect-datadog.md").read_text(encoding="utf-8")
TEMPLATE = PAGE.split("```json\n")[1].split("```")[0]
VALUES: dict[str, str] = json.loads(recorded("datadog/variables.json"))


def filled(**values: str) -> dict[str, Any]:
    """The how-to page's payload with documented values; what has none stays, as at Datadog."""
    known = VALUES | {f"${name}": value for name, value in values.items()}
    text = re.sub(r"\$[A-Z_]+", lambda found: known.get(found[0], found[0]), TEMPLATE)
    body: dict[str, Any] = json.loads(text)
    return body


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def default(title: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(DEFAULT)
    return body | {"title": title}


def test_the_payload_of_the_page_is_one_alert_with_all_that_it_says() -> None:
    signal = only(filled(ALERT_CYCLE_KEY="7716548234011234567"))
    assert (signal.title, signal.dedup_key) == ("[Memory Alert]", "7716548234011234567")
    assert (signal.firing, signal.severity) == (True, Severity.SEV1)
    assert signal.labels == {
        "availability-zone": "us-east-1a",
        "monitor": "",
        "name": "myService",
        "role": "computing-node",
    }
    assert signal.annotations == {"metric": "system.load.1", "transition": "Triggered"}
    assert signal.source_url.endswith("event_id=123456")


def test_the_default_payload_says_in_its_title_what_fires_and_where() -> None:
    batch, signal = read_by(SOURCE, DEFAULT), only(DEFAULT)
    assert signal.title == "DB Host is near the max CPU usage limit"
    assert (signal.firing, signal.labels) == (True, {"host": "db-incident-sandbox"})
    assert batch.summary.startswith("## CPU usage reached a ceiling\nTriggered for:")


@pytest.mark.parametrize(
    ("transition", "firing"),
    [
        *dict.fromkeys(("Triggered", "Re-Triggered", "Warn", "Re-Warn", "Renotify"), True).items(),
        *dict.fromkeys(("No Data", "Re-No Data", "", "null", "$ALERT_TRANSITION"), True).items(),
        *dict.fromkeys(("Recovered", "recovered", "Warn Recovered"), False).items(),
    ],
)
def test_a_recovery_alone_ends_an_alert(transition: str, *, firing: bool) -> None:
    assert only(filled(ALERT_TRANSITION=transition)).firing is firing


@pytest.mark.parametrize(
    ("title", "firing", "severity"),
    [
        ("[P1] [Triggered] High tracking", True, Severity.SEV1),
        ("[P5] [Recovered on {host:a}] High tracking", False, Severity.SEV4),
        ("[Re-No Data on {host:a,env:prod}] High tracking", True, None),
        ("High tracking", True, None),
    ],
)
def test_without_variables_the_title_is_read(
    title: str, severity: Severity | None, *, firing: bool
) -> None:
    signal = only(default(title))
    assert (signal.firing, signal.severity) == (firing, severity)
    assert signal.title == "High tracking"


def test_an_alert_without_a_cycle_key_is_its_monitor_on_its_scope() -> None:
    here, there = (only(filled(ALERT_SCOPE=scope)) for scope in ("host:a", "host:b"))
    assert here.dedup_key != there.dedup_key
    over = only(filled(ALERT_SCOPE="host:a", ALERT_TRANSITION="Recovered", EVENT_TITLE="Other"))
    assert (over.dedup_key, over.firing) == (here.dedup_key, False)


@pytest.mark.parametrize(
    "odd",
    [
        {"tags": ["env:prod", "a"]},
        {"tags": ":::,,:, ,"},
        {"title": "[" * 50_000},
        {"title": "[Triggered on {" + "a" * 100_000},
        {"title": None, "cycle_key": 7},
        {"title": "[Triggered]"},
        {"body": "%%%" * 20_000},
        {"priority": {"is": 1}},
    ],
)
def test_odd_values_cost_no_alert(odd: dict[str, Any]) -> None:
    signal = only(filled() | odd)
    assert signal.title
    assert signal.firing


async def test_an_alert_is_paged_for_once_and_ends_when_it_has_recovered(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "datadog")
    steps = ("Warn", "Triggered", "Renotify", "Recovered")
    bodies = [
        filled(ALERT_CYCLE_KEY="9", ALERT_TRANSITION=step, EVENT_TITLE=f"[{step}] Load")
        for step in steps
    ]
    answers = [(await client.post(url, json=body)).json() for body in bodies]
    assert [one["outcome"] for one in answers] == ["opened", *["unchanged"] * 3]
    story = await story_of(dependencies.log)
    assert (len(story.incidents), story.open_alerts) == (1, {})
    assert story.incidents[0].title == "Load"


@pytest.mark.parametrize("body", [{}, {"title": "null"}, {"title": "$EVENT_TITLE"}, [], "down"])
async def test_what_names_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: Any
) -> None:
    url = await door_for(client, dependencies, "datadog")
    assert (await client.post(url, json=body)).status_code == 422
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "datadog"
