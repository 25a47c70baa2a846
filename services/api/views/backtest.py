"""Backtest views: what past pages were, and what they would have been."""

from typing import Annotated

from pydantic import Field

from events.backtest.past import PastStep
from events.backtest.totals import Totals, TriedIncident, TriedPage
from events.configuration.responder import ResponderKind
from events.page.purpose import Purpose
from services.api.http.formats import Instant, View
from services.api.reading.backtest_reads import MOST
from services.api.views.escalation import TargetBody, target_of

ASSUMED = (
    "Nobody answers until the page was really answered or ended; then its escalation stops.",
    "While the same people would have been paged as patiently, it goes on when the page did.",
    "Teams and contact methods are as they are now; who was really paged could be paged.",
    "Whoever was forgotten since could not be paged, but for the pages that they really had.",
    "Schedules are as they were then; the one that is tested, as if it had always been so.",
    "Who is told at the end that nobody answered is not counted, and drills are left out.",
)


class BacktestPerson(View):
    """Somebody who was or would be paged, or a channel that is told."""

    responder_id: str
    kind: ResponderKind
    because: Annotated[TargetBody, Field(description="The target that led to them.")]


class BacktestLevel(View):
    """Level of a page, as it was reached or would have been."""

    round: int
    level: int
    at: Instant
    people: tuple[BacktestPerson, ...]
    skipped: Annotated[str | None, Field(description="Why it was left out.")]
    empty: Annotated[str | None, Field(description="Why it reached nobody.")]


class BacktestPage(View):
    """Page as it was, and as it would have been."""

    page_id: str
    purpose: Purpose
    started_at: Instant
    ended_at: Annotated[
        Instant | None, Field(description="Null: it went on, at the end of the period.")
    ]
    acknowledged_by: str | None
    acknowledged_after_seconds: float | None
    differs: bool
    before: tuple[BacktestLevel, ...]
    after: tuple[BacktestLevel, ...]


class BacktestIncident(View):
    """Incident of the past with its pages."""

    incident_id: str
    reference: str
    service_id: str | None
    differs: bool
    first_page_differs: Annotated[bool, Field(description="Somebody else is paged first.")]
    pages: tuple[BacktestPage, ...]


class BacktestShare(View):
    """What one person had of all pages."""

    pages: Annotated[int, Field(description="Levels that paged them.")]
    nights: Annotated[int, Field(description="On which they were, 22:00 to 06:00 where they are.")]


class BacktestPersonTotals(View):
    """One person before and after the change."""

    responder_id: str
    before: BacktestShare
    after: BacktestShare


class BacktestTotals(View):
    """Totals over all of the incidents."""

    incidents: int
    incidents_that_differ: int
    first_pages_that_differ: int
    empty_levels_before: int
    empty_levels_after: int
    people: tuple[BacktestPersonTotals, ...]


class BacktestView(View):
    """Backtest: past incidents paged again by a change. Nothing is stored, and nobody is paged."""

    starts_at: Instant
    ends_at: Instant
    incidents: Annotated[
        tuple[BacktestIncident, ...], Field(description=f"The newest {MOST}, by time.")
    ]
    cut: Annotated[bool, Field(description="There are older ones in the period.")]
    totals: BacktestTotals
    assumed: Annotated[tuple[str, ...], Field(description="What nobody can know, in words.")]


def incident_view(tested: TriedIncident) -> BacktestIncident:
    """Return an incident as the API shows it."""
    return BacktestIncident(
        incident_id=str(tested.incident_id),
        reference=tested.reference,
        service_id=tested.service_id,
        differs=tested.differs,
        first_page_differs=tested.first_page_differs,
        pages=tuple(map(_page, tested.pages)),
    )


def totals_view(totals: Totals) -> BacktestTotals:
    """Return the totals as the API shows them."""
    return BacktestTotals.model_validate(totals)


def _page(tested: TriedPage) -> BacktestPage:
    past = tested.past
    taken = past.ended_at if past.acknowledged_by is not None else None
    return BacktestPage(
        page_id=str(past.page_id),
        purpose=past.purpose,
        started_at=past.begins_at,
        ended_at=past.ended_at,
        acknowledged_by=past.acknowledged_by,
        acknowledged_after_seconds=(taken - past.begins_at).total_seconds() if taken else None,
        differs=tested.differs,
        before=tuple(map(_level, tested.before)),
        after=tuple(map(_level, tested.after)),
    )


def _level(step: PastStep) -> BacktestLevel:
    return BacktestLevel(
        round=step.round,
        level=step.level,
        at=step.reached_at,
        people=tuple(
            BacktestPerson(
                responder_id=one.responder_id, kind=one.kind, because=target_of(one.target)
            )
            for one in step.people
        ),
        skipped=step.skipped,
        empty=step.empty,
    )
