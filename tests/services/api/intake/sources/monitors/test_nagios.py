"""Nagios and Icinga: a host is one alert, and each service on it, by the page's commands.

Bodies: recorded from Nagios Core 4.4.6 and Icinga 2.13.6 (Debian 12) with the configuration of the
how-to page and a plugin whose output has quotation marks, `$(id)`, an accent and two lines.
"""

from typing import Any

import pytest
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.nagios import SOURCE
from services.intake.batch.signal import Signal
from tests.services.api.intake.doors import door_for, read_by, recorded, signals_by
from tests.services.api.intake.monitor import story_of

SERVICE, SERVICE_OVER, HOST = (
    recorded(f"nagios/{name}.form")
    for name in ("service-problem", "service-recovery", "host-problem")
)
ICINGA, ICINGA_OVER = (
    recorded(f"nagios/icinga-service-{name}.form") for name in ("problem", "recovery")
)


def only(body: Any) -> Signal:
    (signal,) = signals_by(SOURCE, body)
    return signal


def test_a_service_of_nagios_is_one_alert_with_all_that_it_says() -> None:
    signal = only(SERVICE)
    assert signal.title == "Disk /var on db-1 is CRITICAL"
    assert (signal.dedup_key, signal.severity) == ("db-1;Disk /var", Severity.SEV2)
    assert signal.labels == {
        "host": "db-1",
        "service": "Disk /var",
        "address": "192.0.2.7",
        "groups": "databases",
    }
    assert signal.annotations["description"].splitlines() == [
        "DISK CRITICAL - free space: /var 1024 MiB (2%): café  (id) x",  # Nagios strips the rest
        "second line",
        "third",
    ]
    assert signal.source_url == "https://wiki.example.com/disk"
    assert not signal.mended


def test_a_host_is_an_alert_of_its_own() -> None:
    signal = only(HOST)
    assert (signal.title, signal.dedup_key) == ("db-1 is DOWN", "db-1")
    assert read_by(SOURCE, HOST).group_key != read_by(SOURCE, SERVICE).group_key


def test_icinga_sends_outputs_as_they_are() -> None:
    signal = only(ICINGA)
    assert signal.dedup_key == only(SERVICE).dedup_key
    output = 'DISK CRITICAL - free space: /var 1024 MiB (2%); "café" & $(id) `x`\nsecond line'
    assert signal.annotations["description"] == output


@pytest.mark.parametrize("bodies", [(SERVICE, SERVICE_OVER), (ICINGA, ICINGA_OVER)])
async def test_a_service_is_paged_for_once_and_ends_with_its_recovery(
    client: AsyncClient, dependencies: Dependencies, bodies: tuple[bytes, bytes]
) -> None:
    url = await door_for(client, dependencies, "nagios")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = [bodies[0], bodies[0].replace(b"CRITICAL", b"WARNING"), bodies[1]]
    answers = [(await client.post(url, content=one, headers=form)).json() for one in sent]
    assert [one["outcome"] for one in answers] == ["opened", "unchanged", "unchanged"]
    story = await story_of(dependencies.log)
    assert (len(story.incidents), story.open_alerts) == (1, {})


@pytest.mark.parametrize(
    ("kind", "state", "firing"),
    [
        ("PROBLEM", "CRITICAL", True),
        ("PROBLEM", "", True),
        ("Problem", "Unknown", True),
        ("CUSTOM", "WARNING", True),
        ("CUSTOM", "OK", False),
        ("", "up", False),
        ("RECOVERY", "", False),
    ],
)
def test_type_and_state_say_whether_it_fires(kind: str, state: str, *, firing: bool) -> None:
    assert only({"host": "db-1", "type": kind, "state": state}).firing is firing


@pytest.mark.parametrize(
    "kind", ["ACKNOWLEDGEMENT", "FLAPPINGSTART", "FlappingEnd", "DOWNTIMESTART", "DOWNTIMEREMOVED"]
)
async def test_what_says_nothing_of_the_state_is_taken_and_changes_nothing(
    client: AsyncClient, dependencies: Dependencies, kind: str
) -> None:
    url = await door_for(client, dependencies, "nagios")
    await client.post(url, content=HOST)
    answer = await client.post(url, json={"host": "db-1", "type": kind, "state": "DOWN"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged")
    story = await story_of(dependencies.log)
    assert (len(story.incidents), len(story.open_alerts)) == (1, 1)


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        (b"host=db-1&output=caf%e9", lambda one: "caf" in one.annotations["description"]),
        (b"host=db-1&output=caf\xe9", lambda one: "caf" in one.annotations["description"]),
        (b"host=db-1&output=a%00b%1b[31m", lambda one: one.mended),
        (b"host=db-1&output=" + b"%41" * 100_000, lambda one: one.mended),
        (b"host=db-1&state=%25&x=&y=1", lambda one: one.firing),
        (b" host=db-1\n", lambda one: one.dedup_key == "db-1"),
        (b"host=db-1&url=$HOSTNOTESURL$", lambda one: one.source_url == ""),
        (b"host=db-1&service=$SERVICEDESC$", lambda one: one.dedup_key == "db-1"),
    ],
)
def test_odd_forms_cost_no_alert(form: bytes, holds: Any) -> None:
    signal = only(form)
    assert holds(signal), signal


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"db-1 is down", 400),
        (b"host=a&host=b", 400),
        (b"&".join(b"f%d=1" % one for one in range(900)), 400),
        (b"{", 400),
        (b"[]", 422),
        (b"host=", 422),
        (b"host=%20", 422),
        (b"host=$HOSTNAME$", 422),
        (b"service=Disk&state=CRITICAL", 422),
    ],
)
async def test_what_names_no_host_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes, status: int
) -> None:
    url = await door_for(client, dependencies, "nagios")
    assert (await client.post(url, content=body)).status_code == status
    (letter,) = await dependencies.dead_letters.newest(10)
    assert (letter.source, letter.size) == ("nagios", len(body))
