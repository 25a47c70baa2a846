"""Lanes: alerts, pages, actions and updates of an incident over one time axis."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.web.calls import Document
from services.web.figures import Axis, DrawnLane, Lane, Stretch, axis_of, drawn
from services.web.pages.incidents.course import over_at
from services.web.words import read

ROWS: Final = 5
BEFORE: Final = 0.02  # of the axis stays empty before the first fact
LONGEST_BEFORE: Final = timedelta(hours=2)  # an alert that fired long before is cut off


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Drawing of an incident's shape."""

    axis: Axis
    lanes: list[DrawnLane]
    sources: list[Lane]  # the same as a table


def lanes_of(incident: Document, updates: list[Document], now: datetime) -> Drawing:
    """Return the shape of an incident: what fired, who was paged, what was tried, what was said."""
    over = over_at(incident)
    end = read(over) if over else _soon(now)
    lanes = [
        Lane(
            name="Alerts",
            rows=ROWS,
            stretches=[
                _stretch(one["title"], one["started_at"], one["ended_at"])
                for one in incident["alerts"]
            ],
        ),
        Lane(
            name="Pages",
            rows=ROWS,
            stretches=[
                _stretch(one["ask"] or f"Page {one['number']}", one["started_at"], one["ended_at"])
                for one in incident["pages"]
            ],
        ),
        Lane(
            name="Actions",
            rows=ROWS,
            stretches=[
                _stretch(one["description"], one["started_at"], one["ended_at"])
                for one in incident["mitigation_actions"]
            ],
        ),
        Lane(
            name="Updates",
            moments=[
                _stretch(f"Update {one['number']}", one["published_at"], one["published_at"])
                for one in updates
            ],
        ),
    ]
    axis = _axis(incident, lanes, end)
    return Drawing(axis=axis, lanes=[drawn(lane, axis) for lane in lanes], sources=lanes)


def _soon(now: datetime) -> datetime:
    """Return the next half minute, so that a drawing stays the same for a while."""
    whole = now.replace(second=0, microsecond=0)
    return whole + timedelta(seconds=30 * (now.second // 30 + 1))


def _stretch(name: str, start: str, end: str | None) -> Stretch:
    return Stretch(name=name, start=read(start), end=read(end) if end else None)


def _axis(incident: Document, lanes: list[Lane], end: datetime) -> Axis:
    declared = read(incident["declared_at"])
    starts = [one.start for lane in lanes for one in (*lane.stretches, *lane.moments)]
    ends = [one.end for lane in lanes for one in lane.stretches if one.end]
    start = max(min([declared, *starts]), declared - LONGEST_BEFORE)
    last = max([end, *ends])
    return axis_of(start - (last - start) * BEFORE, last)
