"""Level of a page: what an escalation goes on from, and who is asked after it and when."""

from dataclasses import dataclass
from datetime import datetime

from events.ids import PageId, page_id_for, page_stream
from events.incident.escalation.commands import LevelSeen
from events.incident.pages.rules import wanted_pages
from events.incident.state import Incident
from events.loading import load
from events.log.store import Log
from events.page.decide import page_decider
from events.page.plan import PagePlan, Step, step_after
from events.page.purpose import Purpose


async def newest_level(log: Log, incident: Incident) -> LevelSeen | None:
    """Return where the newest page that asks for responders is; None if none has begun.

    Raises: LogUnavailable.
    """
    begun = [
        page.number
        for page in wanted_pages(incident)
        if page.purpose is Purpose.RESPONSE and page.not_before is None
    ]
    if incident.incident_id is None or not begun:
        return None
    number = max(begun)
    page, _ = await load(log, page_decider, page_stream(page_id_for(incident.incident_id, number)))
    if page.plan is None or page.step is None:
        return None
    return seen_at(number, page.step, page.plan)


def seen_at(number: int, step: Step, plan: PagePlan) -> LevelSeen:
    """Return the level of a page, and which level of which policy follows it in the same round."""
    following = step_after(step, plan)
    parts = plan.levels[following.level - 1].parts if following is not None else ()
    goes_on = following is not None and following.level > step.level
    first = next((part for part in parts if part.escalation_policy_id is not None), None)
    if not goes_on or first is None:
        return LevelSeen(page=number, round=step.round, level=step.level)
    return LevelSeen(
        page=number,
        round=step.round,
        level=step.level,
        next_policy_id=first.escalation_policy_id,
        next_level=first.level,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLevel:
    """Level on which a page waits for an answer."""

    level: int
    levels: int
    round: int = 1
    targets: tuple[str, ...] = ()  # who is asked on it
    next_at: datetime | None = None  # None: nobody is asked after it
    next_targets: tuple[str, ...] = ()  # responders' ids, or whoever is on call somewhere


async def asked_level(log: Log, page_id: PageId) -> AskedLevel | None:
    """Return where the page is, None before its first level and once it is over.

    Raises: LogUnavailable.
    """
    page, _ = await load(log, page_decider, page_stream(page_id))
    if page.plan is None or page.step is None or page.answered or page.exhausted:
        return None
    following = step_after(page.step, page.plan)
    return AskedLevel(
        level=page.step.level,
        levels=len(page.plan.levels),
        round=page.step.round,
        targets=_targets(page.plan, page.step),
        next_at=page.silent_until if following else None,
        next_targets=_targets(page.plan, following),
    )


def _targets(plan: PagePlan, step: Step | None) -> tuple[str, ...]:
    return tuple(str(target) for target in plan.levels[step.level - 1].targets) if step else ()
