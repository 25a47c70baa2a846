"""Alert quality: what each alert rule of a monitor called people for, and what tuning would spare.

A rule is the name of its alerts and the integration they come from.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from projections.configuration.tables import RESPONDER
from projections.engine.rows import Reader, ask
from projections.metrics.interruptions import PAGE_MESSAGE, Interruption, interruptions_of
from projections.metrics.quarters import MetricWindow
from projections.practice.loudest import IN_VAIN, AlertOutcome
from projections.practice.noise import NOISE, OPENED

TUNED: Final = 3  # rules at a time
DECLARED: Final = """
select n.incident_id, n.service_id from {noise} n
where n.mode = 'real' and not n.private and n.declared_at >= $1 and n.declared_at < $2
    and n.incident_id <> all ($3)
    and ($4::text is null or n.service_id = $4)
    and exists (select from {noise_opening} o where o.incident_id = n.incident_id)
"""
# By the rules of `loudest`: of all alerts of an incident together.
OUTCOMES: Final = """
select n.incident_id, case
    when n.category is not null then 'declined'
    when n.worked_at is not null
        or n.settled_at < coalesce(o.over_at, 'infinity'::timestamptz) then 'worked'
    when o.over_at is null then 'open'
    when n.acknowledged_at is not null then 'acknowledged'
    else 'untouched' end
from {noise} n join lateral (
    select case when bool_and(over_at is not null) then max(over_at) end as over_at
    from {noise_opening} where incident_id = n.incident_id having count(*) > 0
) o on true
where n.incident_id = any ($1) and n.mode = 'real'
"""
OPENINGS: Final = """
select incident_id, integration_id, title, count(*) as openings, bool_or(flaps) as flaps
from {noise_opening} where incident_id = any ($1) group by 1, 2, 3
"""
MESSAGES: Final = """
left join {responder} r on r.responder_id = t.responder_id
where t.incident_id = any ($1) and coalesce(r.kind, 'person') = 'person'
"""


class AlertRule(NamedTuple):
    """Alerts of one name, from one integration."""

    integration_id: str
    title: str


class Calling(NamedTuple):
    """That a rule called for an incident."""

    incident_id: UUID
    rule: AlertRule
    openings: int
    flaps: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleQuality:
    """What one rule called people for."""

    rule: AlertRule
    incidents: int
    outcomes: Mapping[AlertOutcome, int]
    openings: int
    flapping: int  # incidents for which it opened three times within an hour
    interruptions: int
    wasted: int  # of them: for nothing but incidents in vain

    @property
    def in_vain(self) -> int:
        """Return the incidents that came to nothing."""
        return sum(self.outcomes.get(one, 0) for one in IN_VAIN)

    @property
    def actionable(self) -> float | None:
        """Return the part of what is over that people worked on; None: nothing is."""
        worked = self.outcomes.get(AlertOutcome.WORKED, 0)
        return worked / (worked + self.in_vain) if worked + self.in_vain else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertQuality:
    """What alerts called people for, the rules that wasted most first."""

    rules: tuple[RuleQuality, ...]
    interruptions: int
    tuned: tuple[AlertRule, ...]  # the few that wasted most
    spared: int  # interruptions that there would not have been without what those called in vain

    @property
    def sentence(self) -> str | None:
        """Return what tuning the rules that wasted most would have spared; None: nothing."""
        if not self.spared:
            return None
        which = "this one" if len(self.tuned) == 1 else f"these {len(self.tuned)}"
        return (
            f"Tuning {which} would have spared {self.spared} of {self.interruptions} interruptions."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCalls:
    """What was read of the alerts of a window."""

    callings: Sequence[Calling]
    outcomes: Mapping[UUID, AlertOutcome]
    interruptions: Sequence[Interruption]


async def outcomes_of(reader: Reader, incident_ids: Sequence[UUID]) -> dict[UUID, AlertOutcome]:
    """Return what became of each incident that alerts called for."""
    records = await ask(reader, OUTCOMES, (NOISE, OPENED), incident_ids)
    return {row[0]: AlertOutcome(row[1]) for row in records}


async def alert_calls(
    reader: Reader,
    window: MetricWindow,
    left_aside: Collection[UUID],
    service_id: str | None,
    services_apart: Collection[str],
) -> AlertCalls:
    """Read what alerts called for, of incidents declared in a window; rules apart are not named."""
    declared = await ask(reader, DECLARED, (NOISE, OPENED), *window, sorted(left_aside), service_id)
    ids = [row["incident_id"] for row in declared]
    apart = {row["incident_id"] for row in declared if row["service_id"] in services_apart}
    openings = await ask(reader, OPENINGS, (OPENED,), ids)
    messages = await PAGE_MESSAGE.select_beside(reader, MESSAGES, (RESPONDER,), ids)
    return AlertCalls(
        callings=[
            Calling(
                row["incident_id"],
                AlertRule(row["integration_id"], row["title"]),
                row["openings"],
                row["flaps"],
            )
            for row in openings
            if row["incident_id"] not in apart
        ],
        outcomes=await outcomes_of(reader, ids),
        interruptions=interruptions_of(messages),
    )


def alert_quality(calls: AlertCalls) -> AlertQuality:
    """Return what each rule called for, and what tuning the worst of them would have spared."""
    by_rule: dict[AlertRule, list[Calling]] = {}
    rules_of: dict[UUID, set[AlertRule]] = {}
    for calling in calls.callings:
        by_rule.setdefault(calling.rule, []).append(calling)
        rules_of.setdefault(calling.incident_id, set()).add(calling.rule)
    interrupted, wasted = Counter[AlertRule](), Counter[AlertRule]()
    for one in calls.interruptions:
        callers = {rule for incident in one.incidents for rule in rules_of.get(incident, ())}
        interrupted.update(callers)
        if _in_vain(calls, one):
            wasted.update(callers)
    rules = sorted(
        (
            _quality(rule, each, calls.outcomes, (interrupted[rule], wasted[rule]))
            for rule, each in by_rule.items()
        ),
        key=lambda one: (-one.wasted, -one.in_vain, -one.incidents, one.rule),
    )
    tuned = tuple(one.rule for one in rules[:TUNED] if one.wasted)
    spared = sum(
        _in_vain(calls, one)
        and all(
            incident in rules_of and rules_of[incident] <= {*tuned} for incident in one.incidents
        )
        for one in calls.interruptions
    )
    return AlertQuality(
        rules=tuple(rules), interruptions=len(calls.interruptions), tuned=tuned, spared=spared
    )


def _quality(
    rule: AlertRule,
    callings: Sequence[Calling],
    outcomes: Mapping[UUID, AlertOutcome],
    interruptions: tuple[int, int],
) -> RuleQuality:
    became = Counter(outcomes[one.incident_id] for one in callings if one.incident_id in outcomes)
    return RuleQuality(
        rule=rule,
        incidents=len(callings),
        outcomes=dict(became),
        openings=sum(one.openings for one in callings),
        flapping=sum(one.flaps for one in callings),
        interruptions=interruptions[0],
        wasted=interruptions[1],
    )


def _in_vain(calls: AlertCalls, one: Interruption) -> bool:
    """Return whether an interruption was for nothing but incidents that came to nothing."""
    return all(calls.outcomes.get(incident) in IN_VAIN for incident in one.incidents)
