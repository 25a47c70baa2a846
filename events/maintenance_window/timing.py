"""Timing of a maintenance window: once between two instants, or again and again by a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from events.on_call.recurrence import Instances, instances

LONGEST: Final = timedelta(days=30)  # of one occurrence, extended or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Wall clock of the first start, and the RFC 5545 rule by which others follow.

    A start that the clocks jump over is right after the jump; of one that they show twice, it is
    the first. An occurrence lasts as long as it says, also in a night when the clocks change.
    """

    first_on: date
    starts: time
    zone: str
    rrule: str  # FREQ=WEEKLY;BYDAY=SU
    duration_seconds: int

    @property
    def duration(self) -> timedelta:
        """Return how long an occurrence lasts."""
        return timedelta(seconds=self.duration_seconds)

    @property
    def anchor(self) -> datetime:
        """Return the wall clock of the first start."""
        return datetime.combine(self.first_on, self.starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a window holds alerts back: two instants, or a recurrence."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None  # exclusive
    recurrence: Recurrence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One stretch of time in which a window holds alerts back."""

    starts_at: datetime
    ends_at: datetime  # exclusive


type MovedEnds = Mapping[datetime, datetime]  # the end of an occurrence by its start


def begun(timing: Timing, moved: MovedEnds, since: datetime, at: datetime) -> list[Occurrence]:
    """Return the occurrences that have begun at `at` and end after `since`, the newest first."""
    found = {
        starts_at: moved.get(starts_at, planned)
        for starts_at, planned in _planned(timing, since, at)
    }
    found |= {starts_at: ends_at for starts_at, ends_at in moved.items() if starts_at <= at}
    return [
        Occurrence(starts_at=starts_at, ends_at=ends_at)
        for starts_at, ends_at in sorted(found.items(), reverse=True)
        if ends_at > since
    ]


def next_start(timing: Timing, at: datetime) -> datetime | None:
    """Return when the next occurrence after `at` begins; None when there is none."""
    if timing.recurrence is not None:
        rule = _instances(timing.recurrence)
        return rule.instance(rule.passed(at))
    starts_at = timing.starts_at
    return starts_at if starts_at is not None and starts_at > at else None


def upcoming(timing: Timing, at: datetime, most: int) -> Iterator[Occurrence]:
    """Yield at most so many occurrences that begin after `at`."""
    for _ in range(most):
        starts_at = next_start(timing, at)
        if starts_at is None:
            return
        yield Occurrence(starts_at=starts_at, ends_at=planned_end(timing, starts_at))
        at = starts_at


def planned_end(timing: Timing, starts_at: datetime) -> datetime:
    """Return when the occurrence that begins then ends, as it was planned."""
    if timing.recurrence is not None:
        return starts_at + timing.recurrence.duration
    return timing.ends_at or starts_at


def _planned(timing: Timing, since: datetime, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    if timing.recurrence is None:
        starts_at, ends_at = timing.starts_at, timing.ends_at
        if starts_at is not None and ends_at is not None and starts_at <= at and ends_at > since:
            yield starts_at, ends_at
        return
    rule, duration = _instances(timing.recurrence), timing.recurrence.duration
    for number in range(rule.passed(at) - 1, -1, -1):
        begins = rule.instance(number)
        if begins is None or begins + duration <= since:
            return
        yield begins, begins + duration


def _instances(recurrence: Recurrence) -> Instances:
    return instances(recurrence.rrule, recurrence.anchor, recurrence.zone)
