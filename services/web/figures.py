"""Figures: numbers as places on a drawing. Templates draw them; a table says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

STEPS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440, 10080)
)
MOST_TICKS: Final = 6
NARROWEST: Final = 0.4  # percent: what lasted a moment can still be seen
SPAN: Final = timedelta(minutes=1)  # the shortest time that is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Stretch of time with a name; without an end it still goes on."""

    name: str
    start: datetime
    end: datetime | None
    goes_on: bool = False  # what lasts is an action, and what goes on is drawn dashed


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Lane: what happened of one kind, over the time axis that all lanes share."""

    name: str
    stretches: Sequence[Stretch] = ()
    moments: Sequence[Stretch] = ()  # drawn as dots
    rows: int = 1  # at most so many stretches stand over each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Bar: a stretch on the drawing, in percent of its width."""

    of: Stretch
    left: float
    width: float
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLane:
    """Lane on the drawing."""

    name: str
    bars: Sequence[Bar]
    dots: Sequence[Bar]
    rows: int
    hidden: int  # stretches for which there was no row


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Tick of the time axis."""

    at: datetime
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Time axis: from one instant to another, as percent."""

    start: datetime
    end: datetime

    def left(self, at: datetime) -> float:
        """Return where an instant is, from 0 to 100."""
        share = (at - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def ticks(self) -> list[Tick]:
        """Return whole minutes or hours, a few of them."""
        span = self.end - self.start
        step = next((one for one in STEPS if span / one <= MOST_TICKS), STEPS[-1])
        whole = self.start.replace(second=0, microsecond=0)
        day = whole.replace(hour=0, minute=0)
        first = day + step * -(-(self.start - day) // step)
        found = (first + step * number for number in range(MOST_TICKS + 1))
        shown = takewhile(lambda at: at <= self.end, found)
        return [Tick(at=at, left=self.left(at)) for at in shown]


def axis_of(start: datetime, end: datetime) -> Axis:
    """Return an axis that has a length, whatever the clocks say."""
    return Axis(start=start, end=max(end, start + SPAN))


def drawn(lane: Lane, axis: Axis) -> DrawnLane:
    """Return where everything of a lane stands; what overlaps stands in rows."""
    bars: list[Bar] = []
    ends: list[float] = []
    hidden = 0
    for one in sorted(lane.stretches, key=lambda stretch: stretch.start):
        left = axis.left(one.start)
        right = axis.left(one.end or axis.end)
        row = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        if row >= lane.rows:
            hidden += 1
            continue
        width = max(NARROWEST, right - left)
        ends[row:] = [left + width] if row == len(ends) else [left + width, *ends[row + 1 :]]
        bars.append(Bar(of=one, left=left, width=round(width, 2), row=row))
    dots = [Bar(of=one, left=axis.left(one.start), width=0, row=0) for one in lane.moments]
    return DrawnLane(name=lane.name, bars=bars, dots=dots, rows=max(1, len(ends)), hidden=hidden)
