"""Dry run of an escalation policy: who would be paged, level by level, over which channel.

It is the same code that pages; nobody's turn is taken by it, and nothing is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from activities.page.policies import chain_of
from activities.page.resolving import Resolving
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.log.store import Log
from events.on_call.zones import instant, wall_clock, zone
from events.page.paged import Paged
from events.page.plan import PagePlan, PageTarget
from events.page.planning import plan_for
from events.page.resolving import About
from events.values.severity import Severity

SUNDAY = 7
QUIETEST = time(3)  # on a Sunday: whoever is paged then is on call, and not only at work


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """An incident that might be: which conditions would hold for it."""

    severity: Severity | None = None
    service_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPerson:
    """Somebody who would be paged, why, and over which channels."""

    paged: Paged
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedLevel:
    """What would happen at one level, in the first round."""

    level: int  # of the way through all policies
    escalation_policy_id: str | None
    at: datetime  # it would be reached, if nobody answered before
    people: tuple[TriedPerson, ...]
    skipped: str | None
    empty: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """Levels in order, then whoever would hear that nobody answered."""

    at: datetime
    levels: tuple[TriedLevel, ...] = ()
    on_exhausted: tuple[TriedPerson, ...] = field(default=())


async def dry_run(
    log: Log, policies: Sequence[EscalationPolicyDefined], at: datetime, about: Try
) -> DryRun:
    """Return who would be paged by a policy, and those it hands over to, from an instant on.

    Raises: LogFault.
    """
    if not policies:
        return DryRun(at=at)
    target = PageTarget(escalation_policy_id=policies[0].escalation_policy_id)
    plan = plan_for(target, policies)
    levels: list[TriedLevel] = []
    reached_at = at
    for number, level in enumerate(plan.levels, 1):
        resolving = Resolving(log, _about(about, reached_at))
        found = await resolving.shown(level)
        people = tuple(
            TriedPerson(paged=one, channels=resolving.ways_of(one.responder_id))
            for one in found.people
        )
        levels.append(
            TriedLevel(
                level=number,
                escalation_policy_id=level.parts[0].escalation_policy_id,
                at=reached_at,
                people=people,
                skipped=found.skipped,
                empty=found.empty,
            )
        )
        if found.skipped is None and found.empty is None:
            reached_at += level.escalation_timeout
    return DryRun(
        at=at, levels=tuple(levels), on_exhausted=await _at_the_end(log, plan, about, reached_at)
    )


async def _at_the_end(
    log: Log, plan: PagePlan, about: Try, at: datetime
) -> tuple[TriedPerson, ...]:
    level = plan.level_at(None)
    if level is None:
        return ()
    resolving = Resolving(log, _about(about, at))
    found = await resolving.shown(level)
    return tuple(
        TriedPerson(paged=one, channels=resolving.ways_of(one.responder_id)) for one in found.people
    )


def _about(about: Try, at: datetime) -> About:
    return About(severity=about.severity, service_id=about.service_id, at=at)


def next_sunday_night(now: datetime, zone_name: str) -> datetime:
    """Return when it is 03:00 on a Sunday next, in a zone."""
    where = zone(zone_name)
    today = wall_clock(now, where).date()
    for days in range(SUNDAY + 1):
        day = today + timedelta(days=days)
        at = instant(day, QUIETEST, where)
        if day.isoweekday() == SUNDAY and at > now:
            return at
    raise AssertionError("a week has a Sunday")


async def differences(
    log: Log,
    before: EscalationPolicyDefined | None,
    after: EscalationPolicyDefined,
    now: datetime,
) -> list[str]:
    """Return in words whom a changed policy pages, now and on Sunday at 03:00, and did not before.

    Raises: LogFault.
    """
    sunday = next_sunday_night(now, "UTC")
    said: list[str] = []
    for when, at in (("Now", now), ("On Sunday at 03:00 UTC", sunday)):
        old = await _levels_of(log, before, at)
        new = await _levels_of(log, after, at)
        for number in range(1, max(len(old), len(new)) + 1):
            was = old[number - 1] if number <= len(old) else "nobody"
            will = new[number - 1] if number <= len(new) else "nobody"
            if was != will:
                said.append(f"{when} level {number} pages {will}, not {was}.")
    return said


async def _levels_of(log: Log, policy: EscalationPolicyDefined | None, at: datetime) -> list[str]:
    """Return the people of each level, as a sentence names them."""
    if policy is None:
        return []
    chain = (policy, *await chain_of(log, policy.hand_over_to))
    tried = await dry_run(log, chain, at, Try())
    return [
        ", ".join(one.paged.responder_id for one in level.people) or "nobody"
        for level in tried.levels
    ]
