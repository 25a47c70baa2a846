"""Prometheus and amtool: lists of alerts, as they are posted to an Alertmanager.

Bodies: recorded from Prometheus 2.42 and amtool 0.25 of Debian 12; the host name was replaced.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.intake.sources.monitors.prometheus import MOST_RULES, SOURCE
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch, Signal
from tests.debian import debian_program
from tests.services.api.intake.doors import door_for, recorded
from tests.services.api.intake.monitor import SENDER, signals_in, story_of
from tests.services.api.serving import served

NOW = datetime(2026, 11, 29, 8, 34, 25, tzinfo=UTC)
FIRING = recorded("prometheus/firing.json")
RESOLVED = recorded("prometheus/resolved.json")
AMTOOL = recorded("prometheus/amtool.json")
AMTOOL_ENDED = recorded("prometheus/amtool-ended.json")


def groups_in(body: Any, at: datetime = NOW) -> tuple[Batch, ...]:
    reader = SOURCE.reader(Arrival(sender=SENDER, at=at))
    reader.feed(body if isinstance(body, bytes) else json.dumps(body).encode())
    return reader.finish()


def alert_in(body: Any, at: datetime = NOW) -> Signal:
    (group,) = groups_in(body, at)
    (signal,) = signals_in(group)
    return signal


def fires(rule: str, **labels: str) -> dict[str, Any]:
    return {"labels": {"alertname": rule, **labels}}


def test_an_alert_fires_as_long_as_its_end_lies_ahead() -> None:
    signal = alert_in(FIRING)
    assert signal.firing
    assert signal.name == "127.0.0.1:19394 is down"
    assert signal.started_at == datetime(2026, 11, 29, 8, 34, 19, 606000, tzinfo=UTC)
    assert signal.ended_at is None
    assert signal.expires_at == datetime(2026, 11, 29, 8, 34, 39, 606000, tzinfo=UTC)
    assert signal.source_url.startswith("http://prometheus.example.com:9090/graph?g0.expr=up")
    assert not signal.mended


def test_its_end_is_the_end_of_the_same_alert() -> None:
    signal = alert_in(RESOLVED)
    assert not signal.firing
    assert signal.dedup_key == alert_in(FIRING).dedup_key
    assert signal.ended_at == datetime(2026, 11, 29, 8, 34, 23, 606000, tzinfo=UTC)


def test_an_end_by_a_clock_ahead_of_ours_is_believed_when_it_comes_again() -> None:
    ended_at = datetime(2026, 11, 29, 8, 34, 23, 606000, tzinfo=UTC)
    assert alert_in(RESOLVED, ended_at - timedelta(seconds=2)).firing
    assert not alert_in(RESOLVED, ended_at + timedelta(seconds=58)).firing


def test_amtool_names_no_times_and_its_alert_fires_from_now() -> None:
    signal = alert_in(AMTOOL)
    assert signal.firing
    assert (signal.started_at, signal.start_known) == (NOW, False)
    assert signal.expires_at is None


def test_the_alerts_of_a_rule_are_one_group_and_other_rules_have_their_own() -> None:
    sent = [fires("Down", node="a"), fires("Full", node="a"), fires("Down", node="b")]
    groups = groups_in(sent)
    assert [one.group_key for one in groups] == ["rule: Down", "rule: Full"]
    assert [len(signals_in(one)) for one in groups] == [2, 1]


def test_a_storm_of_rules_is_no_storm_of_incidents() -> None:
    groups = groups_in([fires(f"Rule{number}") for number in range(10 * MOST_RULES)])
    assert len(groups) == MOST_RULES + 1
    assert sum(len(signals_in(one)) for one in groups) == 10 * MOST_RULES


@pytest.mark.parametrize(
    ("body", "unread", "cut_off"),
    [
        (json.dumps([fires("Down"), 1, "x", None]).encode(), 3, False),
        (json.dumps([fires("Down"), fires("Full")]).encode()[:-12], 1, True),
        (json.dumps([fires("Down")]).encode() + b"]]", 0, True),
    ],
)
def test_what_cannot_be_read_costs_no_other_alert_its_page(
    body: bytes, unread: int, *, cut_off: bool
) -> None:
    down, missing = groups_in(body)
    assert len(signals_in(down)) == 1
    assert (missing.unread, missing.cut_off) == (unread, cut_off)


async def test_an_alert_is_one_incident_until_its_end(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = f"{await door_for(client, dependencies, 'prometheus')}/api/v2/alerts"
    fired = json.loads(FIRING)[0] | {"endsAt": "2999-01-01T00:00:00Z"}
    answers = [await client.post(url, json=[fired]), await client.post(url, json=[fired])]
    answers.append(await client.post(url, content=RESOLVED))
    assert [one.status_code for one in answers] == [200, 200, 200]
    groups = [one.json()["groups"][0] for one in answers]
    assert [one["outcome"] for one in groups] == ["opened", "unchanged", "unchanged"]
    story = await story_of(dependencies.log)
    assert len(story.incidents) == 1
    assert not story.open_alerts


@pytest.mark.parametrize("scheme", ["bearer", "basic"])
async def test_the_key_may_stand_in_the_header(
    client: AsyncClient, dependencies: Dependencies, scheme: str
) -> None:
    key = (await door_for(client, dependencies, "prometheus")).split("/")[3]
    sent: dict[str, Any] = {"content": FIRING}
    sent |= {"auth": ("any", key)} if scheme == "basic" else {}
    sent |= {"headers": {"Authorization": f"Bearer {key}"}} if scheme == "bearer" else {}
    assert (await client.post("/api/v2/alerts", **sent)).status_code == 200
    assert (await client.post("/api/v2/alerts", content=FIRING)).status_code == 401


async def test_the_status_is_an_alertmanagers_and_asks_for_the_key(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    url = await door_for(client, dependencies, "prometheus")
    status = (await client.get(f"{url}/api/v2/status")).json()
    assert status.keys() == {"cluster", "versionInfo", "config", "uptime"}
    assert status["cluster"]["status"] == "disabled"
    assert (await client.get("/api/v2/status")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"alerts": [{"labels": {"alertname": "A"}}]}', b"\xff"],
)
async def test_what_lists_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    url = await door_for(client, dependencies, "prometheus")
    assert (await client.post(f"{url}/api/v2/alerts", content=body)).status_code == 400
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "prometheus"


@pytest.mark.stack  # it may have to be fetched from Debian first
async def test_amtool_itself_opens_and_ends_an_alert(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path = await door_for(client, dependencies, "prometheus")
    amtool = debian_program("prometheus-alertmanager", "amtool")
    async with served(dependencies) as (host, port):
        for more in ((), ("--end=2026-01-01T00:00:00Z",)):
            adding = await asyncio.create_subprocess_exec(
                amtool,
                f"--alertmanager.url=http://{host}:{port}{path}",
                *("alert", "add", "DiskFull", "node=db-1", *more),
                stderr=asyncio.subprocess.PIPE,
            )
            await adding.communicate()
            assert adding.returncode == 0
            story = await story_of(dependencies.log)
            assert len(story.open_alerts) == (0 if more else 1)
        cluster = await asyncio.create_subprocess_exec(
            amtool, f"--alertmanager.url=http://{host}:{port}{path}", "cluster", "show",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await cluster.communicate()
        assert b"disabled" in said
    (incident,) = story.incidents
    assert incident.title == "DiskFull (node=db-1)"
