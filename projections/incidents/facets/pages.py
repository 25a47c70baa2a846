"""Pages of an incident, as its detail shows them: each escalation, and how far it went."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.escalation.target import Target
from events.ids import ResponderId, page_id_for
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelSkipped,
    PageReplanned,
    PageStarted,
    PageStopped,
)
from events.page.plan import PagePlan, Step, step_after
from events.page.purpose import Purpose
from projections.engine.rows import Moment, same_named

MOST_PAGES: Final = 10_000


class PageState(StrEnum):
    """Where a page stands."""

    PAGING = "paging"
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"
    EXHAUSTED = "exhausted"


class NextLevel(Struct, frozen=True, kw_only=True):
    """Level that is paged next, unless somebody answers before."""

    round: int
    level: int
    at: Moment
    targets: tuple[Target, ...]


class Page(Struct, frozen=True, kw_only=True):
    """One escalation, and how far it went."""

    page_id: UUID
    number: int = 1  # in the order of the requests
    state: PageState = PageState.PAGING
    round: int = 0  # 0 before the first level
    level: int = 0
    levels: int  # of its plan
    purpose: Purpose = Purpose.RESPONSE
    ask: str = ""  # what it asks for, beside taking the incident
    acknowledged_by: str | None = None
    started_at: Moment
    ended_at: Moment | None = None
    plan: PagePlan | None = None
    reached_at: Moment | None = None  # the level that it is on
    paged: tuple[ResponderId, ...] = ()  # with that level

    @property
    def next_level(self) -> NextLevel | None:
        """Return what follows if nobody answers, None where nothing does."""
        if self.plan is None or self.reached_at is None or self.state is not PageState.PAGING:
            return None
        if not 0 < self.level <= len(self.plan.levels):
            return None
        step = step_after(Step(round=self.round, level=self.level), self.plan)
        if step is None:
            return None
        return NextLevel(
            round=step.round,
            level=step.level,
            at=self.reached_at + self.plan.levels[self.level - 1].escalation_timeout,
            targets=self.plan.levels[step.level - 1].targets,
        )


def pages_after(pages: tuple[Page, ...], event: object) -> tuple[Page, ...]:
    """Return the pages after the event."""
    match event:
        case PageStarted():
            number = _number_of(event)
            page = Page(**same_named(event, Page), number=number, levels=len(event.plan.levels))
            return (*pages, page)
        case (
            PageLevelReached()
            | PageLevelEmpty()
            | PageLevelSkipped()
            | PageReplanned()
            | PageAcknowledged()
            | PageStopped()
            | EscalationExhausted()
        ):
            return tuple(
                _on(page, event) if page.page_id == event.page_id else page for page in pages
            )
        case _:
            return pages


def _number_of(event: PageStarted) -> int:
    """Return the number that the page's id is made of."""
    numbers = range(1, MOST_PAGES)
    return next(
        (n for n in numbers if page_id_for(event.incident_id, n) == event.page_id), MOST_PAGES
    )


def _on(
    page: Page,
    event: PageLevelReached
    | PageLevelEmpty
    | PageLevelSkipped
    | PageReplanned
    | PageAcknowledged
    | PageStopped
    | EscalationExhausted,
) -> Page:
    match event:
        case PageLevelReached():
            return replace(
                page,
                round=event.round,
                level=event.level,
                reached_at=event.reached_at,
                paged=tuple(one.responder_id for one in event.people),
            )
        case PageLevelEmpty() | PageLevelSkipped():  # it goes on at once
            return replace(page, round=event.round, level=event.level, reached_at=None, paged=())
        case PageReplanned():
            plan = event.plan
            return replace(
                page, state=PageState.PAGING, levels=len(plan.levels), plan=plan, ended_at=None
            )
        case PageAcknowledged():
            return replace(
                page,
                state=PageState.ACKNOWLEDGED,
                acknowledged_by=event.acknowledged_by,
                ended_at=event.acknowledged_at,
            )
        case PageStopped():
            return replace(page, state=PageState.STOPPED, ended_at=event.stopped_at)
        case EscalationExhausted():
            return replace(page, state=PageState.EXHAUSTED, ended_at=event.exhausted_at)
