"""What the findings say of a simulated company, without a database that has its log.

The read models are folded in memory by their own rules, and their rows put where queries find them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from typing import Final
from uuid import UUID

import asyncpg

from events.learning_policy.thresholds import PracticeThresholds
from events.log.recorded import RecordedEvent
from projections.configuration import tables
from projections.engine.log_batches import decoded
from projections.findings.finding import Finding, Pattern
from projections.findings.patterns import PATTERN_OF, all_findings
from projections.findings.record import PracticeScope, read_practice, recorded
from projections.incidents import changes
from projections.load import personal_hours
from projections.metrics import engagements, facts, interruptions
from projections.metrics.quarters import MetricWindow
from projections.on_call import schedules
from projections.paging import paged_incidents
from projections.past import Folding
from projections.practice import action_items, noise, postmortems
from projections.registry import ALL_PROJECTIONS
from projections.similar import repeats
from services.simulation.clockwork.world import World
from services.simulation.year import Span, simulated

NAMES: Final = (
    *(facts.NAME, engagements.NAME, interruptions.NAME, personal_hours.NAME, schedules.NAME),
    *(paged_incidents.NAME, noise.NAME, action_items.NAME, postmortems.NAME, tables.NAME),
    *(repeats.NAME, changes.NAME),
)
READ: Final = tuple(one for one in ALL_PROJECTIONS if one.NAME in NAMES)
PART: Final = 500
WINDOW: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """A simulated company, and what the findings say of its last 90 days."""

    world: World
    events: Mapping[UUID, RecordedEvent]
    findings: tuple[Finding, ...]

    def of(self, pattern: Pattern) -> list[Finding]:
        """Return the findings of one pattern."""
        return [one for one in self.findings if PATTERN_OF[one.measure] is pattern]

    def incidents_of(self, event_ids: list[UUID]) -> set[str]:
        """Return the streams' ids that these events are of: incidents and action items."""
        return {self.events[one].stream.partition("-")[2] for one in event_ids}


async def practised(connection: asyncpg.Connection, span: Span) -> Practised:
    """Simulate a company, and ask at the end of the span what its practice was."""
    world = await simulated(span)
    known = [one for one in await world.log.read_all(0, 10**7) if one.recorded_at < span.ends]
    await _filled(connection, known)
    window = MetricWindow(span.ends - WINDOW, span.ends)
    thresholds = PracticeThresholds()
    rows = await read_practice(connection, window, PracticeScope(), (), thresholds)
    return Practised(
        world=world,
        events={one.event_id: one for one in known},
        findings=all_findings(recorded(rows, span.ends, thresholds)),
    )


async def _filled(connection: asyncpg.Connection, known: list[RecordedEvent]) -> None:
    folding = Folding()
    for part in batched(map(decoded, known), PART):
        for projection in READ:
            await projection.project(part, folding)
    async with connection.transaction():
        for projection in READ:
            for table in projection.TABLES:
                await connection.execute(f"delete from read.{table.name}")
                await table.store(connection, folding.all_of(table))
