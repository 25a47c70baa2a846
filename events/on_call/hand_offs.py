"""Hand-offs of a rotation: wall clocks counted from the anchor, and the turns between them.

A turn is found by division and not by going there from the anchor, so that a rotation of twenty
years answers as fast as one of yesterday. Two hand-offs at one instant are one: where clocks jump
over an hour, the turn of that hour is nobody's, and the next person has the next turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from events.on_call.clock_jumps import jumps
from events.on_call.layer import Frequency, Rotation
from events.on_call.recurrence import instances
from events.on_call.zones import instant_of, wall_clock, zone

NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # where the calendar of a program ends, with room to spare
MONTHS = 12  # in a year
LENGTHS = {
    Frequency.HOURLY: timedelta(hours=1),
    Frequency.DAILY: timedelta(days=1),
    Frequency.WEEKLY: timedelta(weeks=1),
}
LONGEST_JUMP = timedelta(days=1)


class Turn(NamedTuple):
    """Time between two hand-offs, and how many turns went before it."""

    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """When a rotation hands over, whoever takes turns in it."""

    zone: str
    anchor: datetime  # the first hand-off, as a clock shows it
    frequency: Frequency
    every: int
    rrule: str | None


def grid_of(rotation: Rotation, zone_name: str) -> Grid:
    """Return when the rotation hands over in a zone."""
    return Grid(
        zone=zone_name,
        anchor=datetime.combine(rotation.first_hand_off, rotation.hand_off_at),
        frequency=rotation.frequency,
        every=rotation.every,
        rrule=rotation.rrule if rotation.frequency is Frequency.RRULE else None,
    )


def first_hand_off(grid: Grid) -> datetime:
    """Return the instant from which on somebody has a turn."""
    return instant_of(grid.anchor, zone(grid.zone))


def turns(grid: Grid, at: datetime) -> Iterator[Turn]:
    """Yield the turn that is on at an instant, or the very first, and those after it."""
    if grid.rrule is not None:
        return _by_rule(grid, grid.rrule, at)
    return _by_length(grid, at)


def _by_rule(grid: Grid, rrule: str, at: datetime) -> Iterator[Turn]:
    found = instances(rrule, grid.anchor, grid.zone)
    number = max(found.passed(at) - 1, 0)
    starts = found.instance(number)
    while starts is not None:
        ends = found.instance(number + 1)
        yield Turn(number, starts, ends or NEVER)
        number, starts = number + 1, ends


def _by_length(grid: Grid, at: datetime) -> Iterator[Turn]:
    index = max(_index(grid, at), 0)
    starts, ends = _hand_off(grid, index), _hand_off(grid, index + 1)
    while ends == starts:  # the anchor itself may be in a jump
        index += 1
        ends = _hand_off(grid, index + 1)
    number = index - _swallowed(grid, index)
    while starts < NEVER:
        yield Turn(number, starts, ends)
        index, number, starts = index + 1, number + 1, ends
        ends = _hand_off(grid, index + 1)
        while ends == starts < NEVER:
            index += 1
            ends = _hand_off(grid, index + 1)


def _shown(grid: Grid, index: int) -> datetime | None:
    """Return the wall clock of a hand-off; none where the calendar ends."""
    try:
        if grid.frequency is not Frequency.MONTHLY:
            return grid.anchor + index * grid.every * LENGTHS[grid.frequency]
        years, month = divmod(grid.anchor.month - 1 + index * grid.every, MONTHS)
        first = grid.anchor.replace(year=grid.anchor.year + years, month=month + 1, day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        return first.replace(day=min(grid.anchor.day, (following - timedelta(days=1)).day))
    except (OverflowError, ValueError):
        return None


def _hand_off(grid: Grid, index: int) -> datetime:
    shown = _shown(grid, index)
    if shown is None or shown.year >= NEVER.year:
        return NEVER
    return instant_of(shown, zone(grid.zone))


def _index(grid: Grid, at: datetime) -> int:
    """Return the last hand-off that is not after an instant; less than 0 before the anchor."""
    shown = wall_clock(at, zone(grid.zone))
    if grid.frequency is Frequency.MONTHLY:
        months = (shown.year - grid.anchor.year) * MONTHS + shown.month - grid.anchor.month
        index = months // grid.every
    else:
        index = (shown - grid.anchor) // (grid.every * LENGTHS[grid.frequency])
    while index >= 0 and _hand_off(grid, index) > at:
        index -= 1
    while index >= -1 and _hand_off(grid, index + 1) <= at:
        index += 1
    return index


def _swallowed(grid: Grid, index: int) -> int:
    """Return how many hand-offs, up to this one, came at the instant of the one before them."""
    if grid.frequency is Frequency.MONTHLY:
        return 0
    length = grid.every * LENGTHS[grid.frequency]
    last = grid.anchor + index * length
    if length > LONGEST_JUMP:
        return 0
    return sum(
        max(0, _between(grid.anchor, length, max(jump.last, grid.anchor), min(jump.next, last)) - 1)
        for year in range(grid.anchor.year - 1, last.year + 2)
        for jump in jumps(grid.zone, year)
        if jump.next - jump.last >= length
    )


def _between(anchor: datetime, length: timedelta, begin: datetime, end: datetime) -> int:
    """Return how many hand-offs a clock would show from one time to another, both included."""
    return (end - anchor) // length + (anchor - begin) // length + 1 if begin <= end else 0
