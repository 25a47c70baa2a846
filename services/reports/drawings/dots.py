"""Dots: each incident's time on a logarithmic axis, with median, mean and target."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from math import log10
from typing import Final

from projections.metrics.definitions import Measure
from projections.reports.population import FEWEST, Spread, spread
from services.reports.asked import Asked
from services.reports.box import MINUTE, in_minutes
from services.reports.document import Picture
from services.reports.drawings.canvas import WIDTH, Canvas
from services.reports.spoken import NAMES

HEIGHT: Final = 240
LEFT: Final = 70
RIGHT: Final = WIDTH - 150
TOP: Final = 20
BOTTOM: Final = HEIGHT - 30
ONE_DAY: Final = timedelta(days=1)
LEAST: Final = 0.1  # minutes; what is shorter stands there
APART: Final = 13  # pixels between two labels
TICKS: Final = (  # minutes
    (0.1, "6 s"),
    (1, "1 min"),
    (10, "10 min"),
    (60, "1 h"),
    (600, "10 h"),
    (1_440, "1 day"),
    (14_400, "10 days"),
    (144_000, "100 days"),
)


def dots(asked: Asked, measure: Measure) -> Picture:
    """Return the drawing of one measure."""
    values = spread(asked.incidents, measure)
    target = asked.captured.policy.target(measure)
    mean = values.mean if len(asked.incidents) >= FEWEST else None
    found = (("median", values.median), ("mean", mean))
    levels = [(name, float(value) / MINUTE) for name, value in found if value is not None]
    if target is not None:
        levels.append(("target", float(target.minutes)))
    title = f"{NAMES[measure]}, incident by incident"
    description = _described(values, levels)
    canvas = Canvas(title, description, HEIGHT)
    _draw(canvas, asked, measure, levels)
    return Picture(title=title, description=description, svg=canvas.svg())


def _described(values: Spread, levels: list[tuple[str, float]]) -> str:
    said = ", ".join(f"{name} {_minutes(value)}" for name, value in levels)
    shortest, longest = values.percentile(0), values.percentile(100)
    return (
        f"{values.n} dots on a logarithmic axis, from {in_minutes(shortest)} to"
        f" {in_minutes(longest)}, by the day of declaration; {said}."
    )


def _minutes(value: float) -> str:
    return f"{value:.1f} min" if value < 10 else f"{value:.0f} min"  # noqa: PLR2004  as the box


def _draw(canvas: Canvas, asked: Asked, measure: Measure, levels: list[tuple[str, float]]) -> None:
    minutes = [
        (one.declared_at, value / MINUTE)
        for one in asked.incidents
        if (value := one.value(measure)) is not None
    ]
    highest = max([value for _, value in minutes] + [value for _, value in levels])
    top = next((tick for tick, _ in TICKS if tick >= highest), TICKS[-1][0])
    lowest = min([max(LEAST, value) for _, value in minutes] + [value for _, value in levels])
    bottom = next(tick for tick, _ in reversed(TICKS) if tick <= lowest)
    top = max(top, bottom * 10)
    scale = (BOTTOM - TOP) / (log10(top) - log10(bottom))

    def height(value: float) -> float:
        return BOTTOM - (log10(min(max(value, bottom), top)) - log10(bottom)) * scale

    for tick, name in TICKS:
        if bottom <= tick <= top:
            canvas.line((LEFT, height(tick)), (RIGHT, height(tick)), "grid")
            canvas.text(name, LEFT - 8, height(tick) + 4, "end")
    begin, end = asked.wanted.window
    places = {
        (round(LEFT + (at - begin) / (end - begin) * (RIGHT - LEFT)), round(height(value)))
        for at, value in minutes
    }  # dots that cover each other are one
    canvas.dots(sorted(places))
    for name, level, label in _labels(levels, height):
        canvas.line((LEFT, height(level)), (RIGHT, height(level)), name)
        canvas.text(f"{name} {_minutes(level)}", RIGHT + 8, label + 4)
    first, last = asked.quarter.first_day, asked.quarter.following.first_day - ONE_DAY
    canvas.text(f"{first}", LEFT, HEIGHT - 8)
    canvas.text(f"{last}", RIGHT, HEIGHT - 8, "end")


def _labels(
    levels: list[tuple[str, float]], height: Callable[[float], float]
) -> Iterator[tuple[str, float, float]]:
    """Yield each level with a place for its label that no other label is in."""
    lowest = float("inf")
    for name, value in sorted(levels, key=lambda level: level[1]):
        place = min(height(value), lowest - APART)
        lowest = place
        yield name, value, place
