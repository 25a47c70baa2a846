"""Past page: who was paged by it and when, level by level, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from events.ids import EscalationPolicyId, ResponderId, ScheduleId
from events.page.paged import Paged
from events.page.plan import PagePlan, PageTarget
from events.page.purpose import Purpose
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """One level as it was reached, or as it would have been."""

    round: int
    level: int  # of the plan
    reached_at: datetime
    people: tuple[Paged, ...] = ()
    skipped: str | None = None  # why it was left out
    empty: str | None = None  # why it reached nobody

    @property
    def responder_ids(self) -> frozenset[ResponderId]:
        """Return everybody who was paged by it, and every channel that was told."""
        return frozenset(one.responder_id for one in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPlan:
    """One plan of a page, and how far it went."""

    plan: PagePlan
    begins_at: datetime
    steps: tuple[PastStep, ...] = ()
    exhausted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPage:
    """One page: its plans in order, the answer, and who did not want to wait for one."""

    page_id: UUID
    target: PageTarget
    plans: tuple[PastPlan, ...]
    purpose: Purpose = Purpose.RESPONSE
    ended_at: datetime | None = None  # somebody answered, or nobody had to any more
    acknowledged_by: str | None = None
    escalated_at: tuple[datetime, ...] = ()  # by hand

    @property
    def begins_at(self) -> datetime:
        """Return when it was started."""
        return self.plans[0].begins_at

    @property
    def steps(self) -> tuple[PastStep, ...]:
        """Return the levels of all its plans, in the order in which they were reached."""
        return tuple(step for plan in self.plans for step in plan.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveritySince:
    """Severity from an instant on; None: nobody knew it."""

    since: datetime
    severity: Severity | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIncident:
    """Incident that somebody was paged for."""

    incident_id: UUID
    reference: str
    service_id: str | None
    severities: tuple[SeveritySince, ...]
    pages: tuple[PastPage, ...]

    def severity_at(self, at: datetime) -> Severity | None:
        """Return what its severity was known to be."""
        known = [one.severity for one in self.severities if one.since <= at]
        return known[-1] if known else None


def within(incident: PastIncident, begin: datetime, end: datetime) -> PastIncident:
    """Return the incident with its pages that began in the period, as they were at its end."""
    pages = (page for page in incident.pages if begin <= page.begins_at < end)
    return replace(incident, pages=tuple(_as_of(page, end) for page in pages))


def _as_of(page: PastPage, end: datetime) -> PastPage:
    over = page.ended_at is not None and page.ended_at < end
    return replace(
        page,
        plans=tuple(_plan_as_of(plan, end) for plan in page.plans if plan.begins_at < end),
        ended_at=page.ended_at if over else None,
        acknowledged_by=page.acknowledged_by if over else None,
    )


def _plan_as_of(plan: PastPlan, end: datetime) -> PastPlan:
    exhausted = plan.exhausted_at is not None and plan.exhausted_at < end
    return replace(
        plan,
        steps=tuple(step for step in plan.steps if step.reached_at < end),
        exhausted_at=plan.exhausted_at if exhausted else None,
    )


def policies_in(plan: PagePlan) -> tuple[EscalationPolicyId, ...]:
    """Return the policy of a plan, and those that it hands over to."""
    own = () if plan.escalation_policy_id is None else (plan.escalation_policy_id,)
    return (*own, *(one.escalation_policy_id for one in plan.hand_overs))


def schedules_in(plan: PagePlan) -> tuple[ScheduleId, ...]:
    """Return the schedules that a plan's levels name, each once."""
    targets = (target for level in plan.levels for target in level.targets)
    return _each_once(one.schedule_id for one in targets)


def _each_once(schedule_ids: Iterable[ScheduleId | None]) -> tuple[ScheduleId, ...]:
    return tuple(dict.fromkeys(one for one in schedule_ids if one is not None))
