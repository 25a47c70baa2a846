"""Bars of the last days: height and colour both say how bad a day was; paths stay small."""

from collections.abc import Sequence
from typing import Final

from events.public_post.words import ComponentStatus
from services.status_page.uptime import Day

STEP: Final = 4  # from one bar to the next
WIDE: Final = 3
TALL: Final = 32
HEIGHTS: Final = {
    ComponentStatus.OPERATIONAL: 14,
    ComponentStatus.DEGRADED_PERFORMANCE: 20,
    ComponentStatus.PARTIAL_OUTAGE: 26,
    ComponentStatus.MAJOR_OUTAGE: TALL,
}
UNKNOWN: Final = ("unknown", 4)


def paths(days: Sequence[Day]) -> dict[str, str]:
    """Return the path of every kind of bar, by its class."""
    found: dict[str, list[str]] = {}
    for place, day in enumerate(days):
        kind, height = (str(day.worst), HEIGHTS[day.worst]) if day.measured else UNKNOWN
        bar = f"M{place * STEP} {TALL - height}h{WIDE}v{height}h-{WIDE}z"
        found.setdefault(kind, []).append(bar)
    return {kind: "".join(bars) for kind, bars in found.items()}
