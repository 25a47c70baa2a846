"""Paging: from a declaration to the page, at a steady rate and three hundred at once."""

import asyncio
import json
import tempfile
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import httpx
import psutil
from rich.progress import Progress
from temporalio.client import Client

from benchmarks.incidents.callers import CommandNotDone, api_client
from benchmarks.incidents.command import converter_of
from benchmarks.incidents.open_incidents import once
from benchmarks.incidents.worker_process import busy
from benchmarks.measuring.comparison import Comparison, Peer, alone, more_is_better
from benchmarks.measuring.rounds import interleaved, quiet
from benchmarks.peers.bare_escalation import BareEscalations
from services.settings import Settings
from services.stack.ports import HOST, free_port
from services.stack.stack import Stack, running_stack

ROUNDS: Final = 3
AT_ONCE: Final = 100  # of a round against the bare shape
CROWD: Final = 300
RATES: Final = (1, 3, 6, 10)  # declarations a second
STEADY_SECONDS: Final = 40
LONGEST_SECONDS: Final = 180.0  # for the last page of all
BUSY, OTHER = "busy", "other"  # two services, each with somebody on call
SECRET: Final = "whsec_" + b64encode(bytes(24)).decode()
BARE: Final = "a bare workflow of the same shape"


@dataclass
class Inbox:
    """Where the pages arrive: by incident, when."""

    arrived: dict[str, float] = field(default_factory=dict)
    taken: int = 0  # of them all, those that came again too

    @asynccontextmanager
    async def open(self, port: int) -> AsyncIterator[None]:
        """Take webhooks for as long as the block runs."""
        server = await asyncio.start_server(self._take, HOST, port)
        async with server:
            yield

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        body = json.loads(await reader.readexactly(length))
        self.taken += 1
        self.arrived.setdefault(body["data"]["incident"]["id"], time.perf_counter())
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def all(self, incidents: Mapping[str, float]) -> list[float]:
        """Return how long each page took from its declaration.

        Units: seconds. Raises: TimeoutError.
        """
        async with asyncio.timeout(LONGEST_SECONDS):
            while not incidents.keys() <= self.arrived.keys():  # noqa: ASYNC110  no bell
                await asyncio.sleep(0.05)
        return [self.arrived[one] - declared for one, declared in incidents.items()]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who declares incidents, and sees their pages arrive."""

    http: httpx.AsyncClient
    inbox: Inbox

    async def declare(self, service: str, severity: str) -> tuple[str, float]:
        """Declare one; return its id and when that began.

        Raises: CommandNotDone.
        """
        begin = time.perf_counter()
        answer = await self.http.post(
            "/v1/incidents",
            json={"title": "Checkout fails", "service_id": service, "severity": severity},
        )
        if answer.status_code != httpx.codes.CREATED:
            raise CommandNotDone(f"{answer.status_code}: {answer.text}")
        return answer.json()["incident_id"], begin

    async def crowd(self, number: int, severity: str = "SEV2") -> dict[str, float]:
        """Declare so many at once."""
        many = (self.declare(BUSY, severity) for _ in range(number))
        return dict(await asyncio.gather(*many))

    async def rate(self) -> float:
        """Return how many of a crowd are paged in a second, from the first declaration on."""
        begin = time.perf_counter()
        await self.inbox.all(await self.crowd(AT_ONCE))
        return AT_ONCE / (time.perf_counter() - begin)

    async def steady(self, each_second: int) -> list[float]:
        """Declare at a steady rate, whatever becomes of it; return how long the pages took.

        Units: seconds.
        """
        begin, declared = time.perf_counter(), []
        for number in range(each_second * STEADY_SECONDS):
            await asyncio.sleep(max(0.0, begin + number / each_second - time.perf_counter()))
            declared.append(asyncio.create_task(self.declare(BUSY, "SEV2")))
        return await self.inbox.all(dict(await asyncio.gather(*declared)))

    async def settle(self, port: int) -> None:
        """Define two services, each with somebody on call who takes webhooks."""
        for name in (BUSY, OTHER):
            address = f"http://{HOST}:{port}/{name}"
            webhook = {"channel": "webhook", "address": address, "secret": SECRET}
            person = {"name": name, "contact_methods": [webhook]}
            await self._put(f"/v1/responders/{name}", person)
            target = {"responder_id": name}
            level = {"targets": [target], "escalation_timeout_seconds": 300}
            policy = {"name": name, "levels": [level], "repeats": 0}
            await self._put(f"/v1/escalation-policies/{name}", policy)
            service = {"name": name, "escalation_policy_id": name}
            await self._put(f"/v1/services/{name}", service)

    async def _put(self, path: str, body: dict[str, Any]) -> None:
        answer = await self.http.put(path, json=body)
        if not answer.is_success:
            raise CommandNotDone(f"{answer.status_code}: {answer.text}")


async def measure(progress: Progress) -> list[Comparison]:
    """Run a whole stack and page people through it."""
    async with AsyncExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-"))
        told = Settings(webhook_allow_private=True)
        allowed = {"TOCSIN_WEBHOOK_ALLOW_PRIVATE": "true"}
        stack = await block.enter_async_context(
            running_stack(Path(folder), settings=told, environment=allowed)
        )
        desk, port = Desk(await block.enter_async_context(api_client(stack)), Inbox()), free_port()
        await block.enter_async_context(desk.inbox.open(port))
        await desk.settle(port)
        bare = await block.enter_async_context(
            BareEscalations.open(await client_of(stack), stack.temporal_address)
        )
        reached = await interleaved(
            {"ours": desk.rate, "bare": lambda: bare.rate(AT_ONCE)}, progress, ROUNDS, between=quiet
        )
        peer = Peer(name=BARE, reached=reached["bare"], goal=0.7)
        rows = [more_is_better(f"{AT_ONCE} at once, paged", "1/s", reached["ours"], peer)]
        for each_second in RATES:
            rows += await steady(desk, stack, each_second, progress)
        return rows + await crowded(desk, progress)


async def client_of(stack: Stack) -> Client:
    """Return a client of the stack's Temporal."""
    return await Client.connect(
        stack.temporal_address,
        namespace=stack.temporal_namespace,
        data_converter=converter_of(stack),
    )


async def steady(
    desk: Desk, stack: Stack, each_second: int, progress: Progress
) -> list[Comparison]:
    """Measure one rate, and at the highest what each process computes for it."""
    task = progress.add_task(f"{each_second} incidents a second", total=None)
    await quiet()
    processes = processes_of(stack)
    before = {name: busy(process) for name, process in processes.items()}
    took = await desk.steady(each_second)
    await quiet()
    progress.remove_task(task)
    shares = quantiles(took, n=100)
    what = f"from declaration to page, {each_second} a second"
    rows = [
        alone(f"{what}, {share}", "s", once(value))
        for share, value in (("p50", shares[49]), ("p99", shares[-1]))
    ]
    if each_second == max(RATES):
        rows += [
            alone(
                f"computing of {name} for one declared and paged incident",
                "ms",
                once(1000 * (busy(process) - before[name]) / len(took)),
            )
            for name, process in processes.items()
        ]
    return rows


async def crowded(desk: Desk, progress: Progress) -> list[Comparison]:
    """Declare three hundred at once, and a SEV1 on another service behind them."""
    task = progress.add_task(f"{CROWD} incidents at once", total=None)
    await quiet()
    declaring = asyncio.create_task(desk.crowd(CROWD))
    await asyncio.sleep(1)
    urgent = await asyncio.create_task(desk.declare(OTHER, "SEV1"))
    (first,) = await desk.inbox.all(dict([urgent]))
    last = max(await desk.inbox.all(await declaring))
    progress.remove_task(task)
    return [
        alone(f"from declaration to page, {CROWD} at once, the last", "s", once(last)),
        alone(f"a SEV1 of another service a second behind those {CROWD}", "s", once(first)),
    ]


def processes_of(stack: Stack) -> dict[str, psutil.Process]:
    """Return every process that has to do with a page."""
    named = {name: stack.services[name].pid for name in ("front", "worker", "projector")}
    named["temporal"] = stack.temporal.running.pid if stack.temporal else None
    return {name: psutil.Process(pid) for name, pid in named.items() if pid is not None}
