"""Fixes: whether what was to prevent an incident did, followed for a while after it was done.

That nothing came again is shown beside how many were to be expected by the rate before: after one
incident a year, a quiet quarter says nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp
from typing import Final
from uuid import UUID

from events.action_item.item import ActionItemState, ActionKind
from projections.findings.recurring import PastIncident, PastIncidents
from projections.metrics.quarters import MetricWindow
from projections.practice.action_items import ActionItemRow

A_YEAR: Final = timedelta(days=365)  # before the fix, from which the rate is
SELDOM: Final = 0.05  # by chance alone, at the rate before: then a quiet time tells something
STANDING: Final = (ActionItemState.OPEN, ActionItemState.STARTED, ActionItemState.DONE)

type FactorOf = tuple[UUID, int]  # an incident, and the number of the factor in its postmortem


class FixVerdict(StrEnum):
    """What came after a fix tells of it."""

    CAME_AGAIN = "came_again"
    QUIETER = "quieter"  # nothing came, and by the rate before that would be chance very seldom
    SAYS_NOTHING = "says_nothing"  # nothing came, and seldom would anything have


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """An action item that is to prevent a category of incidents in a service."""

    item: ActionItemRow
    service_id: str
    category: str
    done: bool
    begin: datetime  # it was done; while it is open: it was opened
    end: datetime  # it is followed until then, or until now
    again: tuple[PastIncident, ...]  # meanwhile
    before: int  # incidents, in the time before it was done
    before_length: timedelta  # a year, or as long as the service is known

    @property
    def followed(self) -> timedelta:
        """Return how long it has been followed so far."""
        return self.end - self.begin

    @property
    def expected(self) -> float:
        """Return how many were to be expected meanwhile by the rate before."""
        if not self.before_length:
            return 0.0
        return self.before * (self.followed / self.before_length)

    @property
    def chance_of_quiet(self) -> float:
        """Return how likely it is that nothing comes at the rate before (Poisson)."""
        return exp(-self.expected)

    @property
    def verdict(self) -> FixVerdict:
        """Return what it tells."""
        if self.again:
            return FixVerdict.CAME_AGAIN
        seldom = self.chance_of_quiet < SELDOM
        return FixVerdict.QUIETER if seldom else FixVerdict.SAYS_NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What fixes are followed by."""

    past: PastIncidents
    categories: Mapping[FactorOf, str]
    window: MetricWindow  # until now
    length: timedelta  # for which a fix is followed

    def fixes(self, items: Iterable[ActionItemRow]) -> Iterator[Fix]:
        """Yield what is to prevent something and was open, or followed, in the window.

        An item that names a factor is of its category, else of the cause of its incident.
        """
        for item in items:
            incident = self.past.known.get(item.incident_id)
            prevents = item.action is ActionKind.PREVENT and item.state in STANDING
            if not prevents or incident is None:
                continue
            named = None if item.factor is None else (item.incident_id, item.factor)
            category = incident.cause if named is None else self.categories.get(named)
            fix = self._fix(item, incident, category or incident.cause)
            if fix is not None and fix.end > self.window.begin:
                yield fix

    def _fix(self, item: ActionItemRow, incident: PastIncident, category: str | None) -> Fix | None:
        done_at = item.ended_at if item.state is ActionItemState.DONE else None
        now, begin = self.window.end, done_at or item.opened_at
        end = min(now, begin + self.length) if done_at else now
        service_id = incident.service_id
        if service_id is None or category is None or begin >= end:
            return None
        defined = self.past.defined.get(service_id, incident.declared_at)
        since = max(begin - A_YEAR, min(defined, incident.declared_at))
        return Fix(
            item=item,
            service_id=service_id,
            category=category,
            done=done_at is not None,
            begin=begin,
            end=end,
            again=tuple(self.past.again(incident, category, begin, end)),
            before=len(self.past.of(service_id, category, since, begin)),
            before_length=begin - since,
        )


def fix_text(fix: Fix) -> str:
    """Return what is to be said of a fix, and of how much that is worth."""
    days = fix.followed.days
    over = f"in {days} days"
    expected = f"{fix.expected:.1f} were to be expected by the rate before"
    if fix.again:
        times = "once" if len(fix.again) == 1 else f"{len(fix.again)} times"
        when = "since it was done" if fix.done else "while it is open"
        return f"It came again {times} {when}, {over}; {expected}."
    if fix.verdict is FixVerdict.QUIETER:
        return f"No repeat since, {over}; {expected}."
    return f"No repeat since, {over}, which says nothing yet: {expected}."
