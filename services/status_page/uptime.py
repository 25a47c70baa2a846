"""Uptime of a component, day by day, from what customers were told.

A major outage counts whole, a partial one three tenths, slowness not at all. Days are in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

from events.public_post.words import ComponentStatus
from services.status_page.facts import WORKS, PublicIncident

DAYS: Final = 90
DAY: Final = timedelta(days=1)
NONE: Final = timedelta(0)
WEIGHTS: Final[Mapping[ComponentStatus, float]] = {
    ComponentStatus.MAJOR_OUTAGE: 1.0,
    ComponentStatus.PARTIAL_OUTAGE: 0.3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time during which a component was something."""

    since: datetime
    until: datetime
    status: ComponentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a component was on one day."""

    on: date
    measured: timedelta  # how much of the day it was on the page
    lost: timedelta  # of that, as the weights count
    worst: ComponentStatus

    @property
    def percent(self) -> Decimal | None:
        """Return how much of the day it worked; None: it was not on the page."""
        return percent(self.measured, self.lost)


def stretches(incidents: Sequence[PublicIncident], key: str, until: datetime) -> list[Stretch]:
    """Return when a component was not as it should be; they may overlap."""
    found: list[Stretch] = []
    for incident in incidents:
        ends = [*(post.at for post in incident.posts[1:]), until]
        for post, end in zip(incident.posts, ends, strict=True):
            status = post.statuses.get(key, WORKS)
            if status is not WORKS and post.at < end:
                found.append(Stretch(since=post.at, until=end, status=status))
    return found


def days(trouble: Sequence[Stretch], since: datetime, now: datetime) -> list[Day]:
    """Return the last days of a component, the oldest first; of several troubles the worst counts.

    `since` is when it came onto the page: nobody knows what it was before.
    """
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return [_day(trouble, today - DAY * back, since, now) for back in reversed(range(DAYS))]


def _day(trouble: Sequence[Stretch], begins: datetime, since: datetime, now: datetime) -> Day:
    first, last = max(begins, since), min(begins + DAY, now)
    if first >= last:
        return Day(on=begins.date(), measured=NONE, lost=NONE, worst=WORKS)
    near = [one for one in trouble if one.since < last and one.until > first]
    bounds = {first, last}
    bounds |= {min(max(edge, first), last) for one in near for edge in (one.since, one.until)}
    lost, worst = NONE, WORKS
    for start, end in pairwise(sorted(bounds)):
        within = [one.status for one in near if one.since <= start and one.until >= end]
        status = max(within, key=lambda one: one.rank, default=WORKS)
        lost += (end - start) * WEIGHTS.get(status, 0.0)
        worst = max(worst, status, key=lambda one: one.rank)
    return Day(on=begins.date(), measured=last - first, lost=lost, worst=worst)


def percent(measured: timedelta, lost: timedelta) -> Decimal | None:
    """Return the share that was not lost, in hundredths of a percent, never rounded up."""
    if not measured:
        return None
    share = Decimal(100) * (1 - Decimal(lost / measured).quantize(Decimal("1e-9")))
    return share.quantize(Decimal("0.01"), rounding=ROUND_FLOOR)


def total(of: Sequence[Day]) -> Decimal | None:
    """Return the share of all the days together."""
    return percent(sum((one.measured for one in of), NONE), sum((one.lost for one in of), NONE))
