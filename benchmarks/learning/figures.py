"""Figures: what the five thousand incidents of a quarter come to, among a hundred thousand."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import asyncpg
from msgspec.structs import asdict
from rich.progress import Progress

from benchmarks.measuring.comparison import Comparison, Peer, less_is_better
from benchmarks.measuring.rounds import Measure, interleaved
from benchmarks.measuring.servers import postgres
from events.ids import ServiceId, TeamId
from events.incident.modes import Mode
from events.response_policy.policy import DEFAULT
from events.values.severity import Severity
from projections.engine.rows import Row, Table, as_json
from projections.metrics.facts import (
    FACTS,
    FACTS_SERVICE,
    FactsRow,
    FactsServiceRow,
    Owner,
    Teller,
)
from projections.metrics.figures import FiguresWanted, GroupBy, figures
from projections.metrics.hits import services_hit
from projections.metrics.quarters import quarter_named

INCIDENTS: Final = 100_000
QUARTERS: Final = 20
SERVICES: Final = 100
TEAMS: Final = 12
BEGIN: Final = datetime(2022, 1, 1, tzinfo=UTC)
BETWEEN: Final = timedelta(days=365.25 * QUARTERS / 4) / INCIDENTS
ROUNDS: Final = 5
WANTED: Final = 300.0  # ms
GOAL: Final = "the goal"
MS: Final = 1000
MODES: Final = (*(Mode.REAL,) * 17, Mode.DRILL, Mode.BACKFILLED)


async def measure(progress: Progress) -> list[Comparison]:
    """Fill the read model, and ask for one quarter after the other."""
    async with AsyncExitStack() as block:
        databases = await block.enter_async_context(postgres())
        owner = await asyncpg.connect(databases.owner_dsn)
        await filled(owner, FACTS, facts())
        await filled(owner, FACTS_SERVICE, services())
        await owner.close()
        reader = await asyncpg.connect(databases.app_dsn)
        block.push_async_callback(reader.close)
        contestants: dict[str, Measure] = {
            "whole": timed(lambda wanted: figures(reader, wanted), None),
            "by service": timed(lambda wanted: figures(reader, wanted), GroupBy.SERVICE),
            "failures": timed(lambda wanted: services_hit(reader, wanted), None),
            "goal": goal,
        }
        reached = await interleaved(contestants, progress, ROUNDS)
    peer = Peer(name=GOAL, reached=reached["goal"], goal=1)
    name = f"a quarter of {INCIDENTS // QUARTERS} among {INCIDENTS} incidents"
    return [
        less_is_better(f"{name}: figures", "ms", reached["whole"], peer),
        less_is_better(f"{name}: by service", "ms", reached["by service"], peer),
        less_is_better(f"{name}: time between failures", "ms", reached["failures"], peer),
        less_is_better(
            f"{name}: all that one answer asks", "ms", reached["whole"] + reached["failures"], peer
        ),
    ]


async def goal() -> float:
    """Return how long one answer may take at the database."""
    return WANTED


def timed(ask: Callable[[FiguresWanted], Awaitable[object]], group: GroupBy | None) -> Measure:
    """Return how long it takes, in another quarter each time."""
    asked = iter(range(ROUNDS * 2))

    async def run() -> float:
        year, number = divmod(next(asked), 4)
        window = quarter_named(f"{2022 + year}-Q{number + 1}").window("Europe/Berlin")
        now = datetime(2027, 1, 1, tzinfo=UTC)
        begin = time.perf_counter()
        await ask(FiguresWanted(window=window, now=now, group=group))
        return (time.perf_counter() - begin) * MS

    return run


async def filled(owner: asyncpg.Connection, table: Table[Any], rows: Iterator[Row]) -> None:
    """Copy the rows into their table."""
    await owner.copy_records_to_table(
        table.name,
        schema_name="read",
        columns=table.columns,
        records=(values(table, row) for row in rows),
    )
    await owner.execute(f"vacuum analyze read.{table.name}")


def values(table: Table[Any], row: Row) -> tuple[object, ...]:
    """Return the values of a row as they are stored."""
    return tuple(
        as_json(value) if name in table.in_json and value is not None else value
        for name, value in asdict(row).items()
    )


def services() -> Iterator[FactsServiceRow]:
    """Yield the services, each with its team."""
    for number in range(SERVICES):
        team = TeamId(f"team-{number % TEAMS}")
        yield FactsServiceRow(
            position=number + 1,
            service_id=ServiceId(f"service-{number}"),
            name=f"Service {number}",
            defined_at=BEGIN,
            team_id=team,
            owners=(Owner(position=number + 1, team_id=team),),
        )


def facts() -> Iterator[FactsRow]:
    """Yield the incidents, each with a plausible life."""
    dice = Random(7)
    for number in range(INCIDENTS):
        declared = BEGIN + number * BETWEEN
        began = declared - timedelta(minutes=dice.expovariate(1 / 6))
        taken = declared + timedelta(minutes=dice.expovariate(1 / 4))
        mitigated = taken + timedelta(minutes=dice.lognormvariate(3, 1))
        resolved = mitigated + timedelta(minutes=dice.lognormvariate(3, 1.2))
        service, severity = dice.randrange(SERVICES), dice.choice([None, *Severity])
        yield FactsRow(
            position=1_000 + number,
            incident_id=UUID(int=number + 1),
            reference=f"INC-{number + 1}",
            title="Checkout answers 5xx in eu-west-1",
            mode=dice.choice(MODES),
            declared_position=1_000 + number,
            service_id=ServiceId(f"service-{service}"),
            team_id=TeamId(f"team-{service % TEAMS}"),
            severity=severity,
            peak_severity=severity,
            private=dice.random() < 0.01,
            began_at=dice.choice([None, began]),
            began_by=Teller.MONITOR,
            detected_told_at=None,
            detected_at=declared,
            declared_at=declared,
            called_at=declared,
            acknowledged_at=taken,
            mitigated_at=mitigated,
            resolved_at=resolved,
            first_resolved_at=resolved,
            calls=(),
            calendar=DEFAULT.calendar,
            tta_business_us=dice.randrange(3_600_000_000),
            ttr_business_us=dice.randrange(3_600_000_000),
        )
