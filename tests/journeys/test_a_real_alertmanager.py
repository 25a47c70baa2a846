"""A real Alertmanager with the how-to's configuration: a page goes out, whatever it says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.alertmanager import alertmanager_of
from tests.journeys.alertmanager_process import running_alertmanager
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

MANY = 1_500


def alert(name: str, instance: str, *, ended: bool = False, **annotations: str) -> dict[str, Any]:
    """What Prometheus would say."""
    now = datetime.now(UTC)
    return {
        "labels": {"alertname": name, "instance": instance},
        "annotations": annotations,
        "startsAt": (now - timedelta(seconds=60)).isoformat(),
        "endsAt": (now - timedelta(seconds=1) if ended else now + timedelta(hours=1)).isoformat(),
        "generatorURL": "http://prom.example/graph?g0.expr=up",
    }


async def opened(team: Team, title: str) -> Any:
    """Return the team's incident whose title begins like this, once it is there."""

    async def look() -> Any:
        answer = await team.get("/v1/incidents", service_id=team.service)
        return next((one for one in answer["incidents"] if one["title"].startswith(title)), None)

    return await eventually(f"an incident that begins with {title!r}", look)


@asynccontextmanager
async def relay_to(url: str, port: int) -> AsyncIterator[None]:
    """Let connections through to an address, from a port where nobody listened before."""
    there = urlsplit(url)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while part := await source.read(65_536):
            sink.write(part)
            await sink.drain()
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(there.hostname, there.port)
        await asyncio.gather(pump(reader, forth), pump(back, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


async def test_what_fires_is_paged_and_what_ends_is_resolved(
    team: Team, system: Stack, session_mail: MailServer, tmp_path: Path
) -> None:
    webhook = system.api_url + await alertmanager_of(team)
    hostile = "\x1b[31mDisk\x07 full\r\nof " + "x" * 3_000
    async with running_alertmanager(tmp_path, webhook) as manager:
        await manager.hears([alert("DiskFull", "a", summary=hostile), alert("DiskFull", "b")])
        incident = await opened(team, "Disk")
        assert incident["title"].isprintable()
        await team.happens(incident["reference"], "page.level_reached")
        await team.sees(incident["reference"], lambda one: one["open_alerts"] == 2)
        ended = [alert("DiskFull", name, ended=True) for name in "ab"]
        await manager.hears(ended)
        await team.sees(incident["reference"], lambda one: one["open_alerts"] == 0)


async def test_what_nobody_answered_is_sent_again(
    team: Team, system: Stack, tmp_path: Path, unused_tcp_port: int
) -> None:
    path = await alertmanager_of(team)
    webhook = f"http://127.0.0.1:{unused_tcp_port}{path}"
    async with running_alertmanager(tmp_path, webhook) as manager:
        await manager.hears([alert("LoadHigh", "a")])

        async def failed() -> bool:
            return await manager.failures() > 0

        await eventually("Alertmanager counts a failed notification", failed)
        async with relay_to(system.api_url, unused_tcp_port):
            incident = await opened(team, "LoadHigh")
            await team.happens(incident["reference"], "page.level_reached")


async def test_a_storm_of_one_group_is_one_incident_with_all_its_alerts(
    team: Team, system: Stack, tmp_path: Path
) -> None:
    webhook = system.api_url + await alertmanager_of(team)
    async with running_alertmanager(tmp_path, webhook) as manager:
        text = "x" * 300
        await manager.hears(
            [alert("PodDown", f"pod-{number}", description=text) for number in range(MANY)]
        )
        incident = await opened(team, "PodDown")
        await team.happens(incident["reference"], "page.level_reached")
        await team.sees(incident["reference"], lambda one: one["open_alerts"] == MANY)
        assert await manager.failures() == 0
