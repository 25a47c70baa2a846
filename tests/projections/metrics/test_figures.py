"""Figures are what a second implementation says of the same events."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.incident.modes import Mode
from events.incident.pages.state import pages_after
from events.incident.phases import Phase
from events.incident.timestamps.names import Timestamp
from events.page.purpose import Purpose
from events.values.severity import Severity
from projections.metrics.definitions import SPANS, Measure, Span, Stamp
from projections.metrics.facts import Teller, project
from projections.metrics.figures import (
    CountedBy,
    Figures,
    FiguresWanted,
    GroupBy,
    LeftOut,
    figures,
)
from projections.metrics.hits import services_hit
from projections.metrics.listed import incidents_counted
from projections.metrics.quarters import MetricWindow
from projections.past import Folding
from tests.projections.metrics import second_opinion
from tests.projections.metrics.histories import CHECKOUT, SEARCH, Life, recorded, service
from tests.projections.metrics.in_memory import InMemory
from tests.projections.stories import at

pytestmark = pytest.mark.stack

NOW = at(320)
INCIDENTS = 30
LONGEST = 9  # events of one after its declaration
MODES = (Mode.REAL, Mode.REAL, Mode.REAL, Mode.DRILL, Mode.BACKFILLED)


def minute(dice: Random) -> float:
    return dice.randrange(3_000) / 10


def life(dice: Random, number: int) -> list[Any]:
    """Return what happens to one incident, in any order that time allows."""
    one = Life(number=number)
    declared = minute(dice)
    events: list[Any] = [
        one.declared(
            declared,
            dice.choice([None, *Severity]),
            began=dice.choice([None, declared - 7.5]),
            detected=dice.choice([None, declared - 2]),
            service_id=dice.choice([None, CHECKOUT, SEARCH]),
            mode=dice.choice(MODES),
            by=dice.choice(["integration:prometheus", "responder:ana"]),
        )
    ]
    for later in sorted(minute(dice) for _ in range(dice.randrange(LONGEST))):
        events.append(step(dice, one, declared + later, len(events) + 1))
    return events


def step(dice: Random, one: Life, now: float, number: int) -> Any:
    """Return one thing that happens."""
    later = dice.choice([None, now + minute(dice)])
    steps: list[Callable[[], Any]] = [
        *(lambda: one.acknowledged(now),) * 2,
        lambda: one.mitigated(now),
        *(lambda: one.resolved(now),) * 2,
        lambda: one.reopened(now, dice.choice(list(Phase))),
        lambda: one.corrected(dice.choice(list(Timestamp)), now),
        lambda: one.severity(now, dice.choice(list(Severity))),
        lambda: one.declined(now),
        lambda: one.merged(now),
        lambda: one.part(now),
        lambda: one.privacy(now),
        lambda: one.privacy(now, private=False),
        lambda: one.page(now, later, number=number, purpose=dice.choice(list(Purpose))),
        lambda: one.sent_now(now, dice.randrange(2, 7)),
        lambda: one.called_off(now, dice.randrange(2, 7)),
    ]
    return dice.choice(steps)()


def any_log(dice: Random) -> list[Any]:
    """Return a log of incidents whose events are mixed, and of services that change hands."""
    parts = [life(dice, number) for number in range(1, dice.randrange(2, INCIDENTS))]
    events = [service(CHECKOUT, "shop")]
    while any(parts):
        events.append(dice.choice([one for one in parts if one]).pop(0))
        if dice.randrange(20) == 0:
            events.append(service(dice.choice([CHECKOUT, SEARCH]), dice.choice(["shop", "web"])))
    return events


def any_figures(dice: Random) -> FiguresWanted:
    """Return what is asked for."""
    begin = minute(dice)
    return FiguresWanted(
        window=MetricWindow(at(begin), at(begin + minute(dice) + 1)),
        now=NOW,
        by=dice.choice(list(CountedBy)),
        group=dice.choice(list(GroupBy)),
        private=dice.choice([True, False]),
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_figures_are_those_of_a_second_implementation_over_the_raw_events(
    reader: asyncpg.Connection, seed: int
) -> None:
    dice = Random(seed)
    events, wanted = any_log(dice), any_figures(dice)
    cut, folding = dice.randrange(len(events)), Folding()
    log = list(recorded(events))
    await project(log[:cut], folding)
    await project(log[max(cut - 3, 0) :], folding)  # some come twice
    found = await figures(InMemory(reader, folding), wanted)
    window = wanted.window
    every = second_opinion.cases(
        events, called_at_once=lambda declared: bool(pages_after((), declared))
    )
    inside = [
        case
        for case in every
        if (wanted.private or not case.private)
        and (moment := case.stamps.get(wanted.by)) is not None
        and window.begin <= moment < window.end
    ]
    counted = [case for case in inside if case.real]
    assert said(found.whole) == second_opinion.summary(counted, NOW)
    assert {key: said(one) for key, one in found.groups.items()} == {
        key: second_opinion.summary(cases, NOW)
        for key, cases in second_opinion.grouped(counted, wanted.group or "").items()
    }
    outside = [case.out for case in inside if not case.real]
    assert found.left_out == LeftOut(
        drill=outside.count("drill"),
        declined=outside.count("declined"),
        merged=outside.count("merged"),
    )


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
async def test_with_and_without_a_private_incident_everything_is_the_same(
    reader: asyncpg.Connection, seed: int
) -> None:
    dice = Random(seed)
    events, wanted = any_log(dice), replace(any_figures(dice), private=False)
    secret = [one for one in life(dice, INCIDENTS + 1) if one.type != "incident.privacy_changed"]
    secret.insert(1, Life(number=INCIDENTS + 1).privacy(0, so_declared=True))
    with_it, places = [*events], sorted(dice.randrange(len(events)) for _ in secret)
    for place, event in reversed(list(zip(places, secret, strict=True))):
        with_it.insert(place, event)
    assert await everything(reader, with_it, wanted) == await everything(reader, events, wanted)


async def everything(
    reader: asyncpg.Connection, events: list[Any], wanted: FiguresWanted
) -> tuple[object, ...]:
    """Return all that an answer is made of."""
    folding = Folding()
    await project(list(recorded(events)), folding)
    rows = InMemory(reader, folding)
    listed = await incidents_counted(rows, wanted, (), limit=100)
    references = [row.reference for row in listed]
    return (await figures(rows, wanted), await services_hit(rows, wanted), references)


def said(found: Figures) -> dict[str, Any]:
    """Return figures in the words of the second implementation."""
    counts = found.counts
    return {
        **{
            name: getattr(counts, name)
            for name in ("incidents", "open", "reopened", "retrospective", "corrected", "parts")
        },
        "answers": {
            name.value: counts.answers[name]
            for name in sorted(counts.answers)
            if counts.answers[name]
        },
        "measures": {measure: _distribution(found, measure) for measure in second_opinion.SPANS},
    }


def _distribution(found: Figures, measure: str) -> dict[str, Any]:
    one = found.of(Measure(measure))
    return {
        "n": one.n,
        "total": one.total,
        "least": one.least,
        "most": one.most,
        "percentiles": {
            percent: None
            if (value := one.percentiles.get(percent)) is None
            else Near(Fraction(value))
            for percent in (50, 75, 90, 95)
        },
    }


class Near:
    """A number that PostgreSQL counted in double precision: a microsecond is more than it loses."""

    def __init__(self, value: Fraction) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fraction | int) and abs(self._value - other) < 1

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Near({float(self._value)})"


async def test_hits_of_a_service_are_failures_and_a_quiet_one_has_its_hours(
    reader: asyncpg.Connection,
) -> None:
    one, other, slight, drill = (Life(number=number) for number in range(1, 5))
    folding = Folding()
    log = [
        *(service(CHECKOUT), service(SEARCH, minute=60)),
        *(one.declared(10, began=5), other.declared(15), one.mitigated(20), other.resolved(30)),
        *(slight.declared(40, Severity.SEV4), drill.declared(50, mode=Mode.DRILL)),
    ]
    await project(list(recorded(log)), folding)
    wanted = FiguresWanted(window=MetricWindow(at(0), at(120)), now=at(100))
    found = await services_hit(InMemory(reader, folding), wanted)
    minutes = timedelta(minutes=1)
    assert (found[CHECKOUT].failures, found[CHECKOUT].down) == (1, 25 * minutes)
    assert found[CHECKOUT].mtbf == 75 * minutes
    assert (found[SEARCH].mtbf, found[SEARCH].operating) == (None, 40 * minutes)


async def test_the_time_that_passed_before_it_is_told_by_monitors_and_by_people(
    reader: asyncpg.Connection,
) -> None:
    folding = Folding()
    log = [
        Life(number=1).declared(10, began=5, by="integration:prometheus"),
        Life(number=2).declared(10, began=-20),
        Life(number=3).declared(10),
    ]
    await project(list(recorded(log)), folding)
    wanted = FiguresWanted(window=MetricWindow(at(0), at(120)), now=at(100))
    whole = (await figures(InMemory(reader, folding), wanted)).whole
    assert whole.of(Measure.TTD).n == 2
    told_by = {one: each.total for one, each in whole.counts.detected_by.items()}
    assert told_by == {Teller.MONITOR: 300_000_000, Teller.PERSON: 1_800_000_000}


async def test_measured_from_another_stamp_it_is_the_raw_span(reader: asyncpg.Connection) -> None:
    folding = Folding()
    waiting = Life(number=1)
    log = [
        *(waiting.declared(0, Severity.SEV3, began=-5), waiting.page(0, 60)),
        *(waiting.acknowledged(70), waiting.resolved(80)),
    ]
    await project(list(recorded(log)), folding)
    spans = {
        **SPANS,
        Measure.TTA: Span(Stamp.DECLARED, Stamp.ACKNOWLEDGED),
        Measure.TTR: Span(Stamp.BEGAN, Stamp.RESOLVED),
    }
    wanted = FiguresWanted(window=MetricWindow(at(0), at(120)), now=at(100), spans=spans)
    whole = (await figures(InMemory(reader, folding), wanted)).whole
    assert (whole.of(Measure.TTA).total, whole.of(Measure.TTR).total) == (70 * 60e6, 85 * 60e6)
