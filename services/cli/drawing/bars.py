"""Fairness drawing: hours, nights, weekends and holidays of each person beside each other."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from events.on_call.zones import zone
from services.cli.drawing.svg import BLUE, INK, ORANGE, QUIET, box, drawing, line, text

LEFT: Final = 150
PANEL: Final = 210
BARS: Final = 140  # of a panel; the number stands beside its bar
TOP: Final = 104
LANE: Final = 26
BAR: Final = 16
MEASURES: Final = {
    "Hours": "hours",
    "Nights": "nights",
    "Weekend hours": "weekend_hours",
    "Holiday hours": "holiday_hours",
}


def fairness_drawing(answer: Mapping[str, Any]) -> str:
    """Return how evenly a schedule is shared, as the API answers it."""
    people = answer["people"]
    height = TOP + LANE * len(people) + 30
    parts = [
        text(20, 32, f"{answer['schedule_id']}: how evenly it is shared", size=18, bold=True),
        text(20, 54, subtitle(answer), ink=QUIET),
    ]
    for number, one in enumerate(people):
        y = TOP + LANE * (number + 1) - 9
        parts.append(text(LEFT - 10, y, one["responder_id"][:18], anchor="end", ink=ink_of(one)))
    for number, (name, measure) in enumerate(MEASURES.items()):
        parts += panel(LEFT + PANEL * number, name, [one[measure] for one in people], people)
    return drawing(
        LEFT + PANEL * len(MEASURES) + 10, height, f"{answer['schedule_id']}: fairness", parts
    )


def subtitle(answer: Mapping[str, Any]) -> str:
    """Return the line below the title."""
    where = zone(answer["zone"])
    begin, end = (
        datetime.fromisoformat(answer[name]).astimezone(where) for name in ("starts_at", "ends_at")
    )
    more = " · orange: more hours than the mean" if any(map(is_over, answer["people"])) else ""
    return (
        f"Balance {answer['balance']} of 100 · nights {answer['night_balance']} · weekends"
        f" {answer['weekend_balance']} · {begin:%-d %B %Y} to {end:%-d %B %Y} · {answer['zone']}"
        f"{more}"
    )


def is_over(one: Mapping[str, Any]) -> bool:
    """Return whether a person has more than the mean, where it is uneven."""
    return bool(one["overloaded"])


def ink_of(one: Mapping[str, Any]) -> str:
    """Return the colour of a person's name."""
    return ORANGE if one["overloaded"] else INK


def panel(
    left: float, name: str, values: list[float], people: list[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield one measure of everybody, with a line at the mean."""
    largest = max(values, default=0) or 1
    mean = sum(values) / max(len(values), 1)
    yield text(left, TOP - 12, name, bold=True)
    for number, (value, one) in enumerate(zip(values, people, strict=True)):
        y = TOP + LANE * number + (LANE - BAR) / 2
        width = BARS * value / largest
        yield box(left, y, width, BAR, ORANGE if one["overloaded"] else BLUE)
        yield text(left + BARS + 8, y + BAR - 4, f"{value:g}", size=11, ink=QUIET)
    x = left + BARS * mean / largest
    bottom = TOP + LANE * len(values)
    yield line(x, TOP - 4, x, bottom + 4, INK)
    yield text(x, bottom + 18, f"mean {mean:.0f}", size=10, ink=QUIET, anchor="middle")
