"""Timers of pages: how late a level is left that stayed silent, and how soon an answer is heard."""

import asyncio
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import asyncpg
import httpx
from rich.progress import Progress

from benchmarks.incidents.callers import CommandNotDone, api_client
from benchmarks.incidents.open_incidents import once
from benchmarks.incidents.paging import SECRET, client_of
from benchmarks.measuring.comparison import Comparison, Peer, alone, less_is_better
from benchmarks.measuring.rounds import quiet
from benchmarks.peers import bare_timers
from services.settings import Settings
from services.stack.ports import HOST, free_port
from services.stack.stack import running_stack

INCIDENTS, LEVELS = 50, 10  # 500 levels in all
TIMEOUT: Final = 2.0  # seconds, of each level
EACH_SECOND: Final = 2  # declarations
ANSWERED: Final = 20  # incidents whose provider hangs
LONGEST: Final = 180.0
WATCHED: Final = 15.0  # seconds after the last answer
GOAL_LATE, GOAL_SILENT = 2.0, 5.0  # seconds
PEER: Final = "a bare workflow of the same timers"
LATE: Final = """
with pages as (
    select stream, type, convert_from(payload, 'utf8')::jsonb as said
    from es.event where type in ('page.level_reached', 'page.timed_out')
)
select extract(epoch from
    (timed.said->>'timed_out_at')::timestamptz
    - (reached.said->>'reached_at')::timestamptz)::float8 - $1 as late
from pages timed
join pages reached on reached.stream = timed.stream and reached.type = 'page.level_reached'
    and reached.said->'level' = timed.said->'level' and reached.said->'round' = timed.said->'round'
where timed.type = 'page.timed_out'
"""


async def measure(progress: Progress) -> list[Comparison]:
    """Run a whole stack, let levels stay silent, and answer while a provider hangs."""
    async with AsyncExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-"))
        stack = await block.enter_async_context(
            running_stack(
                Path(folder),
                settings=Settings(webhook_allow_private=True),
                environment={"TOCSIN_WEBHOOK_ALLOW_PRIVATE": "true"},
            )
        )
        http = await block.enter_async_context(api_client(stack))
        log = await asyncpg.connect(stack.databases.owner_dsn)
        block.push_async_callback(log.close)
        ports = {"taking": free_port(), "hanging": free_port()}
        hanging = Hanging()
        for name, behave in (("taking", take), ("hanging", hanging.take)):
            server = await asyncio.start_server(behave, HOST, ports[name])
            await block.enter_async_context(server)
        await settle(http, ports)
        rows = await silent_levels(http, log, progress)
        client = await client_of(stack)
        async with bare_timers.worker(client):
            bare = await floor(progress, lambda: bare_timers.lateness(client, LEVELS, TIMEOUT))
        late = [late_rows(share, ours, bare) for share, ours in rows]
        return [row for pair in late for row in pair] + await silence(http, hanging, progress)


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a webhook."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
    writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


@dataclass
class Hanging:
    """A provider that takes every request and answers none."""

    taken: dict[str, list[float]] = field(default_factory=dict)  # by incident, when

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a request, and never answer."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        body = json.loads(await reader.readexactly(length))
        incident_id = body["data"]["incident"]["id"]
        self.taken.setdefault(incident_id, []).append(time.perf_counter())
        await reader.read()
        writer.close()


async def settle(http: httpx.AsyncClient, ports: dict[str, int]) -> None:
    """Define a policy of many short levels, and one whose provider hangs."""
    people = [f"silent{number}" for number in range(LEVELS)]
    hung = ["hanging1", "hanging2"]
    for name in [*people, *hung]:
        port = ports["hanging" if name in hung else "taking"]
        webhook = {"channel": "webhook", "address": f"http://{HOST}:{port}/{name}"}
        person = {"name": name, "contact_methods": [webhook | {"secret": SECRET}]}
        await put(http, f"/v1/responders/{name}", person)
    for name, who in (("many", people), ("hung", hung)):
        levels = [
            {"targets": [{"responder_id": one}], "escalation_timeout_seconds": int(TIMEOUT)}
            for one in who
        ]
        policy = {"name": name, "levels": levels, "repeats": 5 if who is hung else 0}
        await put(http, f"/v1/escalation-policies/{name}", policy)
        await put(http, f"/v1/services/{name}", {"name": name, "escalation_policy_id": name})


async def put(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    """Define something.

    Raises: CommandNotDone.
    """
    answer = await http.put(path, json=body)
    if not answer.is_success:
        raise CommandNotDone(f"{answer.status_code}: {answer.text}")


async def declare(http: httpx.AsyncClient, service: str) -> str:
    """Declare an incident and return its id.

    Raises: CommandNotDone.
    """
    body = {"title": "Checkout fails", "service_id": service, "severity": "SEV2"}
    answer = await http.post("/v1/incidents", json=body)
    if answer.status_code != httpx.codes.CREATED:
        raise CommandNotDone(f"{answer.status_code}: {answer.text}")
    return str(answer.json()["incident_id"])


async def silent_levels(
    http: httpx.AsyncClient, log: "asyncpg.Connection[Any]", progress: Progress
) -> list[tuple[str, float]]:
    """Return how late levels are left, by share of them."""
    wanted = INCIDENTS * LEVELS
    task = progress.add_task(f"{wanted} silent levels", total=wanted)
    await quiet()
    for _ in range(INCIDENTS):
        await declare(http, "many")
        await asyncio.sleep(1 / EACH_SECOND)
    late: list[float] = []
    async with asyncio.timeout(LONGEST):
        while len(late) < wanted:
            await asyncio.sleep(1)
            late = [row["late"] for row in await log.fetch(LATE, TIMEOUT)]
            progress.update(task, completed=len(late))
    progress.remove_task(task)
    return shares_of(late)


async def floor(
    progress: Progress, lateness: Callable[[], Awaitable[list[float]]]
) -> dict[str, float]:
    """Return how late Temporal is for as many bare timers at the same pace, by share of them."""
    task = progress.add_task("bare timers", total=None)
    await quiet()
    running = []
    for _ in range(INCIDENTS):
        running.append(asyncio.ensure_future(lateness()))
        await asyncio.sleep(1 / EACH_SECOND)
    late = [one for many in await asyncio.gather(*running) for one in many]
    progress.remove_task(task)
    return dict(shares_of(late))


def shares_of(late: Iterable[float]) -> list[tuple[str, float]]:
    """Return median and 99th percentile."""
    cuts = quantiles(late, n=100)
    return [("p50", cuts[49]), ("p99", cuts[98])]


def late_rows(share: str, ours: float, bare: dict[str, float]) -> list[Comparison]:
    """Return the rows of one share: beside the floor, and beside the goal."""
    name = f"lateness of a level's escalation timeout, {INCIDENTS * LEVELS} levels, {share}"
    beside = less_is_better(name, "s", once(ours), Peer(name=PEER, reached=once(bare[share])))
    if share != "p99":
        return [beside]
    goal = Peer(name="the goal", reached=once(GOAL_LATE), goal=1.0)
    return [beside, less_is_better(name, "s", once(ours), goal)]


async def silence(
    http: httpx.AsyncClient, hanging: Hanging, progress: Progress
) -> list[Comparison]:
    """Measure from an acknowledgement to the last request at a provider that hangs.

    The page goes through two levels again and again meanwhile.
    """
    task = progress.add_task("acknowledged while a provider hangs", total=None)
    await quiet()
    answered: dict[str, float] = {}
    for number in range(ANSWERED):
        incident_id = await declare(http, "hung")
        while incident_id not in hanging.taken:  # noqa: ASYNC110  no bell
            await asyncio.sleep(0.01)
        await asyncio.sleep(TIMEOUT * number / ANSWERED)  # at every moment of a level
        answered[incident_id] = time.perf_counter()
        path = f"/v1/incidents/{incident_id}/acknowledgement"
        answer = await http.post(path, headers={"Tocsin-Responder": "hanging1"})
        if answer.status_code not in {httpx.codes.OK, httpx.codes.ACCEPTED}:
            raise CommandNotDone(f"{answer.status_code}: {answer.text}")
    await asyncio.sleep(WATCHED)
    progress.remove_task(task)
    after = [max(hanging.taken[one]) - begin for one, begin in answered.items()]
    late = max(0.001, *after)  # nothing at all is a ratio of nothing
    goal = Peer(name="the goal", reached=once(GOAL_SILENT), goal=1.0)
    what = f"from an acknowledgement to the last request at a provider that hangs, {ANSWERED}"
    return [
        alone(f"{what}, the median", "s", once(max(0.0, median(after)))),
        less_is_better(f"{what}, the latest", "s", once(late), goal),
    ]
