"""Kept practice: what the responses of some incidents come to, against what was asked of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final
from uuid import UUID

from events.incident.phases import Phase
from projections.engine.rows import Reader
from projections.metrics.facts import FACTS, FactsRow
from projections.metrics.figures import COUNTS_OF
from projections.metrics.quarters import MetricWindow
from projections.metrics.responses import RESPONSE, ReachedPhase, ResponseRow

SECOND: Final = timedelta(seconds=1)
COUNTED: Final = f"""
where t.declared_at >= $1 and t.declared_at < $2 and t.incident_id <> all ($3) and {COUNTS_OF}
    and not t.private and t.mode <> 'backfilled'
    and ($4::text is null or t.service_id = $4) and ($5::text is null or t.team_id = $5)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseKept:
    """When a phase was reached after the declaration, and whether by its deadline."""

    reached: int
    median: timedelta | None
    longest: timedelta | None
    with_deadline: int  # that is over
    in_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPractice:
    """What the responses come to."""

    incidents: int
    phases: Mapping[Phase, PhaseKept]
    roles_unfilled: Mapping[str, int]
    updates_kept: int
    updates_late: int
    updates_missed: int
    items_left: int
    incidents_with_items_left: int
    pages: int
    escalated: int
    failed: int
    degraded: int


type Responded = Sequence[tuple[FactsRow, ResponseRow]]


async def responses_in(
    reader: Reader,
    window: MetricWindow,
    left_aside: Sequence[UUID],
    service_id: str | None,
    team_id: str | None,
) -> Responded:
    """Return the incidents that count, each with the response to it; entered ones have none."""
    incidents = await FACTS.select(reader, COUNTED, *window, left_aside, service_id, team_id)
    return await responses_to(reader, incidents)


async def responses_to(reader: Reader, incidents: Sequence[FactsRow]) -> Responded:
    """Return the same of incidents that are known already."""
    ids = [row.incident_id for row in incidents]
    rows = await RESPONSE.load(reader, ids)
    return [(one, rows.get(one.incident_id) or _none(one)) for one in incidents]


def kept_practice(responded: Responded, now: datetime) -> KeptPractice:
    """Return what responses come to."""
    responses = [response for _, response in responded]
    unfilled = Counter(role for one in responses for role in one.roles_unfilled)
    return KeptPractice(
        incidents=len(responses),
        phases={phase: _phase(phase, responded, now) for phase in Phase if phase.rank > 0},
        roles_unfilled=dict(sorted(unfilled.items())),
        updates_kept=sum(one.updates_kept for one in responses),
        updates_late=sum(one.updates_late for one in responses),
        updates_missed=sum(one.updates_missed for one in responses),
        items_left=sum(one.items_left for one in responses),
        incidents_with_items_left=sum(one.items_left > 0 for one in responses),
        pages=sum(one.pages for one in responses),
        escalated=sum(one.escalated for one in responses),
        failed=sum(one.failed for one in responses),
        degraded=sum(one.degraded for one in responses),
    )


def _phase(phase: Phase, responded: Responded, now: datetime) -> PhaseKept:
    spans = [
        reached.at - incident.declared_at
        for incident, response in responded
        for reached in response.reached
        if reached.phase is phase and reached.at >= incident.declared_at
    ]
    due = [
        in_time
        for incident, response in responded
        for deadline in response.deadlines
        if deadline.phase is phase
        and (in_time := _in_time(deadline, incident, response, now)) is not None
    ]
    return PhaseKept(
        reached=len(spans),
        median=_middle(spans),
        longest=max(spans, default=None),
        with_deadline=len(due),
        in_time=due.count(True),
    )


def _in_time(
    deadline: ReachedPhase, incident: FactsRow, response: ResponseRow, now: datetime
) -> bool | None:
    """Return whether a phase, or a later one, was reached by its deadline; None: it has not come.

    Nor does it come for what was over before.
    """
    reached = [one.at for one in response.reached if one.phase.rank >= deadline.phase.rank]
    if any(at <= deadline.at for at in reached):
        return True
    over = incident.first_resolved_at or incident.closed_at or now
    return False if deadline.at <= over else None


def _none(incident: FactsRow) -> ResponseRow:
    return ResponseRow(incident_id=incident.incident_id)


def _middle(spans: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one / SECOND for one in spans)) if spans else None
