"""Screens: a full board, a war room, a browser, and two hundred people at one incident."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

import httpx
from rich.progress import Progress

from benchmarks.incidents.callers import CommandNotDone, api_client
from benchmarks.measuring.comparison import Comparison, Peer, alone, less_is_better
from benchmarks.measuring.rounds import Rounds, quiet
from benchmarks.web.people import Viewers, signed_in, watching
from benchmarks.web.tabs import chromium, first_contents, first_rows, presses
from services.settings import Settings
from services.stack.data_directory import log_file
from services.stack.stack import Stack, running_stack
from services.web.session_cookie import PLAIN_NAME

SMALL: Final = "TOCSIN_BENCHMARK_SMALL" in os.environ  # only to see that it works
OPEN: Final = 40 if SMALL else 500  # incidents
AT_ONCE: Final = 10  # declared
LOOKS: Final = 20 if SMALL else 200  # at a page, one after the other
VIEWERS: Final = 10 if SMALL else 200  # of one incident
FACTS: Final = 10 if SMALL else 60  # that they are shown
ENTRIES: Final = 30 if SMALL else 500  # of a long incident
BOARD_MS, INCIDENT_MS, SEEN_MS = 50.0, 120.0, 1000.0  # the budgets
CONTENT_MS, ROWS_MS, PRESS_MS = 300.0, 2000.0, 500.0


async def measure(progress: Progress) -> list[Comparison]:
    """Run a whole stack, fill its board, and look."""
    async with AsyncExitStack() as block:
        folder = block.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-benchmark-"))
        stack = await block.enter_async_context(running_stack(Path(folder), settings=Settings()))
        api = await block.enter_async_context(api_client(stack))
        cookie = await signed_in(stack, api)
        browser = await block.enter_async_context(
            httpx.AsyncClient(base_url=stack.api_url, cookies={PLAIN_NAME: cookie}, timeout=30)
        )
        task = progress.add_task(f"declaring {OPEN} incidents", total=None)
        reference = await filled(api)
        await quiet()
        progress.update(task, description="looking at the board and at an incident")
        board = await looked(browser, "/")
        incident = await looked(browser, f"/incidents/{reference}")
        progress.update(task, description=f"an incident with {ENTRIES} entries")
        long = await looked(browser, f"/incidents/{await lengthened(api)}")
        progress.update(task, description="a browser opens the board and presses")
        in_tabs = await tabs(stack, cookie)
        progress.update(task, description=f"{VIEWERS} viewers of one incident")
        undisturbed, _ = await facts(api, reference, "alone", None)
        painted = paintings(stack)
        address = f"/incidents/{reference}"
        async with watching(stack, cookie, address, VIEWERS) as viewers:
            await quiet()
            beside, seen = await facts(api, reference, "shown", viewers)
        rate = (paintings(stack) - painted) / FACTS
    shown = rows(board, (incident, long), seen, (undisturbed, beside), rate)
    return [*shown, *in_tabs]


def rows(
    board: Sequence[float],
    incidents: tuple[Sequence[float], Sequence[float]],
    seen: Sequence[float],
    notes: tuple[Sequence[float], Sequence[float]],
    rate: float,
) -> list[Comparison]:
    """Return the rows of the result."""
    undisturbed, beside = notes
    crowd = f"{VIEWERS} viewers of one incident"
    return [
        within(f"the board with {OPEN} open incidents, p99", board, BOARD_MS),
        alone(f"the board with {OPEN} open incidents, p50", "ms", share(board, 50)),
        within("an incident, p99", incidents[0], INCIDENT_MS),
        within(f"an incident with {ENTRIES} entries, p99", incidents[1], INCIDENT_MS),
        within(f"a note seen by {crowd} after its answer, p99", seen, SEEN_MS),
        alone(f"a note seen by {crowd} after its answer, p50", "ms", share(seen, 50)),
        alone(f"paintings for {crowd}", "a note", Rounds((rate,))),
        less_is_better(
            f"a note over HTTP beside {crowd}, p99",
            "ms",
            share(beside, 99),
            Peer(name="nobody looks", reached=share(undisturbed, 99)),
        ),
    ]


async def tabs(stack: Stack, cookie: str) -> list[Comparison]:
    """Return the rows of what a browser of this machine shows."""
    async with chromium() as browser:
        content = await first_contents(browser, stack, cookie)
        phone = await first_rows(browser, stack, cookie)
        pressed = await presses(browser, stack, cookie)
    return [
        within("the board's first content in Chromium, p50", content, CONTENT_MS, 50),
        within("the board's first row on a slow phone, p50", phone, ROWS_MS, 50),
        within("from a press to 'Acknowledged by' in the row, p50", pressed, PRESS_MS, 50),
        alone("from a press to 'Acknowledged by' in the row, p90", "ms", share(pressed, 90)),
    ]


async def lengthened(api: httpx.AsyncClient) -> str:
    """Declare an incident, write so many notes to it, and return its reference."""
    body = {"title": "Search is slow", "severity": "SEV1"}
    reference = str((await done(api, "/v1/incidents", body))["reference"])
    for number in range(ENTRIES):
        text = f"The {number}th shard was moved; its queue is empty."
        await done(api, f"/v1/incidents/{reference}/notes", {"text": text})
    return reference


async def filled(api: httpx.AsyncClient) -> str:
    """Declare the incidents, and return the reference of the last one."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> str:
        body = {"title": f"Checkout fails in cell {number}", "severity": f"SEV{number % 4 + 1}"}
        async with places:
            return str((await done(api, "/v1/incidents", body))["reference"])

    references = await asyncio.gather(*map(one, range(OPEN)))
    return references[-1]


async def looked(browser: httpx.AsyncClient, address: str) -> list[float]:
    """Return how long each look at a page took.

    Units: milliseconds.
    """
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        answer = await browser.get(address)
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != httpx.codes.OK:
            raise CommandNotDone(f"{address}: {answer.status_code}")
    return took


async def facts(
    api: httpx.AsyncClient, reference: str, name: str, viewers: Viewers | None
) -> tuple[list[float], list[float]]:
    """Write notes; return what each took, and when each viewer saw it after its answer.

    Units: milliseconds.
    """
    took, seen = list[float](), list[float]()
    clock = asyncio.get_running_loop().time
    for number in range(FACTS):
        text = f"{name}-fact-{number}-of-{FACTS}"
        if viewers is not None:
            viewers.await_text(text.encode())
        began = clock()
        await done(api, f"/v1/incidents/{reference}/notes", {"text": text})
        answered = clock()
        took.append((answered - began) * 1000)
        if viewers is not None:
            async with asyncio.timeout(30):
                all_seen = await viewers.all_seen(VIEWERS)
            seen.extend(max(0.0, (at - answered) * 1000) for at in all_seen)
    return took, seen


async def done(api: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give a command that is carried out.

    Raises: CommandNotDone.
    """
    answer = await api.post(path, json=body)
    if not answer.is_success:
        raise CommandNotDone(f"{path}: {answer.status_code}: {answer.text}")
    receipt: dict[str, Any] = answer.json()
    return receipt


def paintings(stack: Stack) -> int:
    """Return how many pages the front process says that it has painted for viewers."""
    lines = log_file(stack.data, "front").read_text().splitlines()
    events = (json.loads(line).get("event") for line in lines if line.startswith("{"))
    return sum(event == "page_painted" for event in events)


def share(took: Sequence[float], percent: int) -> Rounds:
    """Return what so many of a hundred do not exceed."""
    return Rounds((quantiles(took, n=100)[percent - 1],))


def within(name: str, took: Sequence[float], budget: float, percent: int = 99) -> Comparison:
    """Return the row of a number that has a budget."""
    peer = Peer(name=f"the budget, {budget:g} ms", reached=Rounds((budget,)), goal=1.0)
    return less_is_better(name, "ms", share(took, percent), peer)
