"""On call: a year of a schedule in every zone, and one question, beside an iCalendar reader."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import recurring_ical_events  # type: ignore[import-untyped]
from rich.progress import Progress

from benchmarks.measuring.comparison import Comparison, Peer, alone, less_is_better
from benchmarks.measuring.rounds import Measure, interleaved
from benchmarks.on_call.rotas import BEGIN, END, calendar, rota
from events.on_call.final import shifts
from events.on_call.who import next_on_call, on_call
from events.on_call.zones import zone_names

PEER: Final = "icalendar + recurring-ical-events"
GOAL: Final = "the goal"
WANTED: Final = 5.0  # ms
ROUNDS: Final = 3
QUESTIONS: Final = 100  # ours a round; the peer's are fewer, because they take so long
SOME_ZONES: Final = ("Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Tokyo")
MS: Final = 1000
HISTORY: Final = "two years of overrides"
YEAR: Final = "a year of three layers"


async def measure(progress: Progress) -> list[Comparison]:
    """Ask the same of the rota and of the calendar, in turn. What is cached is warm for both."""
    plan, events = rota("Europe/Berlin"), recurring_ical_events.of(calendar("Europe/Berlin"))
    zones = sorted(zone_names())
    contestants: dict[str, Measure] = {
        "now": timed(lambda at: on_call(plan, at), QUESTIONS),
        "next": timed(lambda at: next_on_call(plan, at), QUESTIONS),
        "now, peer": timed(events.at, 3),
        "goal": goal,
        "year": each({zone: our_year(zone) for zone in SOME_ZONES}),
        "year, peer": each({zone: their_year(zone) for zone in SOME_ZONES}),
        "every zone": each({zone: our_year(zone) for zone in zones}),
    }
    reached = await interleaved(contestants, progress, ROUNDS)
    theirs = Peer(name=PEER, reached=reached["now, peer"])
    goal_peer = Peer(name=GOAL, reached=reached["goal"], goal=1)
    year = Peer(name=PEER, reached=reached["year, peer"])
    return [
        less_is_better(f"who is on call, {HISTORY}", "ms", reached["now"], theirs),
        less_is_better(f"who is on call, {HISTORY}", "ms", reached["now"], goal_peer),
        less_is_better(f"who is next, {HISTORY}", "ms", reached["next"], goal_peer),
        less_is_better(f"{YEAR}, {len(SOME_ZONES)} zones, each", "ms", reached["year"], year),
        alone(f"{YEAR}, {len(zones)} zones, each", "ms", reached["every zone"]),
    ]


async def goal() -> float:
    """Return how long one question may take."""
    return WANTED


def timed(ask: Callable[[datetime], object], questions: int) -> Measure:
    """Return the median of questions about instants all over a year."""

    async def run() -> float:
        durations: list[float] = []
        for number in range(questions):
            at = BEGIN + number * timedelta(hours=8753) / questions
            begin = time.perf_counter()
            ask(at)
            durations.append(time.perf_counter() - begin)
        return median(durations) * MS

    return run


def each(asked: Mapping[str, Callable[[], object]]) -> Measure:
    """Return the mean over zones."""

    async def run() -> float:
        begin = time.perf_counter()
        for expand in asked.values():
            expand()
        return (time.perf_counter() - begin) / len(asked) * MS

    return run


def our_year(zone: str) -> Callable[[], object]:
    """Return the expansion of a year; the rota is made before."""
    plan = rota(zone)
    return lambda: shifts(plan, BEGIN, END)


def their_year(zone: str) -> Callable[[], object]:
    """Return the peer's expansion of a year, which knows no priorities and merges nothing."""
    events = recurring_ical_events.of(calendar(zone))
    return lambda: events.between(BEGIN, END)
