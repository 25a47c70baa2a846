"""Totals of a backtest: whose pages and whose nights a change takes, and whom it gives them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from events.backtest.past import PastPage, PastStep
from events.configuration.responder import ResponderKind
from events.ids import ResponderId
from events.on_call.reports.fairness import NIGHT_BEGINS, NIGHT_ENDS
from events.on_call.zones import wall_clock, zone
from events.page.paged import Paged

type ZoneOf = Callable[[Paged], str]  # by whose clocks it is night


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedPage:
    """One page as it was, and as it would have been."""

    past: PastPage
    before: tuple[PastStep, ...]
    after: tuple[PastStep, ...]

    @property
    def differs(self) -> bool:
        """Return whether any level would have paged somebody else, or somebody more or less."""
        return [*map(_whom, self.before)] != [*map(_whom, self.after)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedIncident:
    """One incident with its pages, in the order in which they began."""

    incident_id: UUID
    reference: str
    service_id: str | None
    pages: tuple[TriedPage, ...]

    @property
    def differs(self) -> bool:
        """Return whether the change makes any difference to it."""
        return any(page.differs for page in self.pages)

    @property
    def first_page_differs(self) -> bool:
        """Return whether somebody else would have been the first to be paged."""
        before = _first(step for page in self.pages for step in page.before)
        return before != _first(step for page in self.pages for step in page.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one person had of all pages."""

    pages: int = 0  # levels that paged them
    nights: int = 0  # on which they were paged, 22:00 to 06:00 where they are


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTotals:
    """One person before and after the change."""

    responder_id: ResponderId
    before: Share
    after: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Totals over every incident of a backtest."""

    incidents: int
    incidents_that_differ: int
    first_pages_that_differ: int
    empty_levels_before: int  # times that a level was reached, and nobody by it
    empty_levels_after: int
    people: tuple[PersonTotals, ...]  # those with most pages after the change first


@dataclass(slots=True)
class _Tally:
    pages: int = 0
    nights: set[date] = field(default_factory=set)

    @property
    def share(self) -> Share:
        return Share(pages=self.pages, nights=len(self.nights))


def totals_of(incidents: Sequence[TriedIncident], zone_of: ZoneOf) -> Totals:
    """Return what the change would have meant for all of the incidents together."""
    pages = [page for incident in incidents for page in incident.pages]
    before = [step for page in pages for step in page.before]
    after = [step for page in pages for step in page.after]
    had, would_have = _tallies(before, zone_of), _tallies(after, zone_of)
    people = [
        PersonTotals(
            responder_id=one,
            before=had.get(one, _Tally()).share,
            after=would_have.get(one, _Tally()).share,
        )
        for one in sorted(had.keys() | would_have.keys())
    ]
    return Totals(
        incidents=len(incidents),
        incidents_that_differ=sum(one.differs for one in incidents),
        first_pages_that_differ=sum(one.first_page_differs for one in incidents),
        empty_levels_before=sum(step.empty is not None for step in before),
        empty_levels_after=sum(step.empty is not None for step in after),
        people=tuple(sorted(people, key=lambda one: (-one.after.pages, -one.before.pages))),
    )


def night_of(at: datetime, zone_name: str) -> date | None:
    """Return the evening of the night that an instant is in, None where it is day."""
    there = wall_clock(at, zone(zone_name))
    if there.time() >= NIGHT_BEGINS:
        return there.date()
    return there.date() - timedelta(days=1) if there.time() < NIGHT_ENDS else None


def _tallies(steps: Iterable[PastStep], zone_of: ZoneOf) -> dict[ResponderId, _Tally]:
    tallies: dict[ResponderId, _Tally] = {}
    for step in steps:
        for one in step.people:
            if one.kind is not ResponderKind.PERSON:
                continue
            tally = tallies.setdefault(one.responder_id, _Tally())
            tally.pages += 1
            night = night_of(step.reached_at, zone_of(one))
            if night is not None:
                tally.nights.add(night)
    return tallies


def _whom(step: PastStep) -> tuple[frozenset[ResponderId], bool, bool]:
    return step.responder_ids, step.skipped is not None, step.empty is not None


def _first(steps: Iterable[PastStep]) -> frozenset[ResponderId]:
    """Return whom the first page went to that went to anybody."""
    for step in steps:
        people = {one.responder_id for one in step.people if one.kind is ResponderKind.PERSON}
        if people:
            return frozenset(people)
    return frozenset()
