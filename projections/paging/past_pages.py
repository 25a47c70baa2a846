"""Past pages, folded from their events: the plans each had, and how far it went by them."""

from dataclasses import replace

from events.backtest.past import PastPage, PastPlan, PastStep
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageEscalated,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelSkipped,
    PageReplanned,
    PageStarted,
    PageStopped,
)
from events.page.plan import PageTarget

type StepEvent = PageLevelReached | PageLevelEmpty | PageLevelSkipped
type PastPages = tuple[PastPage, ...]


def started(event: PageStarted, target: PageTarget | None) -> PastPage:
    """Return a page that has just begun, for the target that was asked for."""
    plan = event.plan
    return PastPage(
        page_id=event.page_id,
        target=target or PageTarget(escalation_policy_id=plan.escalation_policy_id, but=plan.but),
        purpose=event.purpose,
        plans=(PastPlan(plan=plan, begins_at=event.started_at),),
    )


def after_page_event(pages: PastPages, event: object) -> PastPages:
    """Return the pages after an event of one of them."""
    page_id = getattr(event, "page_id", None)
    return tuple(_after(page, event) if page.page_id == page_id else page for page in pages)


def _after(page: PastPage, event: object) -> PastPage:
    match event:
        case PageLevelReached() | PageLevelEmpty() | PageLevelSkipped():
            return _on_its_plan(page, event)
        case EscalationExhausted():
            last = replace(page.plans[-1], exhausted_at=event.exhausted_at)
            return replace(page, plans=(*page.plans[:-1], last))
        case PageReplanned():
            plan = PastPlan(plan=event.plan, begins_at=event.replanned_at)
            return replace(page, plans=(*page.plans, plan))
        case PageEscalated():
            return replace(page, escalated_at=(*page.escalated_at, event.escalated_at))
        case PageAcknowledged():
            by = event.acknowledged_by
            return replace(page, ended_at=event.acknowledged_at, acknowledged_by=by)
        case PageStopped():
            return page if page.ended_at else replace(page, ended_at=event.stopped_at)
        case _:
            return page


def _on_its_plan(page: PastPage, event: StepEvent) -> PastPage:
    last = page.plans[-1]
    last = replace(last, steps=(*last.steps, _step(event)))
    return replace(page, plans=(*page.plans[:-1], last))


def _step(event: StepEvent) -> PastStep:
    match event:
        case PageLevelReached():
            return PastStep(
                round=event.round,
                level=event.level,
                reached_at=event.reached_at,
                people=event.people,
            )
        case PageLevelEmpty():
            return PastStep(
                round=event.round,
                level=event.level,
                reached_at=event.found_at,
                empty=event.reason or "nobody can be paged",
            )
        case PageLevelSkipped():
            return PastStep(
                round=event.round,
                level=event.level,
                reached_at=event.skipped_at,
                skipped=event.reason,
            )
