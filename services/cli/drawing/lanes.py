"""Coverage drawing: a lane for each person with their turns, and one for nobody with the gaps."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from events.on_call.zones import instant, zone
from services.cli.drawing.svg import BLUE, INK, QUIET, RED, box, drawing, line, text

LEFT: Final = 150
ACROSS: Final = 900
TOP: Final = 86
LANE: Final = 26
BAR: Final = 16
NARROWEST: Final = 0.8  # pixels: also a gap of a minute is seen
MOST_TICKS: Final = 16
NOBODY: Final = "nobody"


def coverage_drawing(answer: Mapping[str, Any]) -> str:
    """Return who is on call when, as the API answers it."""
    begin, end = (datetime.fromisoformat(answer[name]) for name in ("starts_at", "ends_at"))
    where = zone(answer["zone"])
    lanes = lanes_of(answer)
    height = TOP + LANE * (len(lanes) + 1) + 20
    scale = Scale(begin, end)
    parts = [
        text(20, 32, f"{answer['schedule_id']}: who is on call", size=18, bold=True),
        text(20, 54, subtitle(answer, begin, end, where), ink=QUIET),
        *ticks(scale, where, height - 20),
    ]
    for number, (who, turns) in enumerate(lanes.items()):
        parts += lane(scale, TOP + LANE * number, who, turns, BLUE)
    parts += lane(scale, TOP + LANE * len(lanes), NOBODY, answer["gaps"], RED)
    return drawing(LEFT + ACROSS + 30, height, f"{answer['schedule_id']}: coverage", parts)


def subtitle(answer: Mapping[str, Any], begin: datetime, end: datetime, where: ZoneInfo) -> str:
    """Return the line below the title."""
    last = (end - timedelta(microseconds=1)).astimezone(where)
    number = len(answer["gaps"])
    gaps = "no gap" if not number else f"{number} gap{'s' if number > 1 else ''}"
    return (
        f"{answer['percent']:g} % covered, {gaps} · {begin.astimezone(where):%-d %B %Y} to"
        f" {last:%-d %B %Y} · {answer['zone']}"
    )


def lanes_of(answer: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Return each person's turns, people by id."""
    lanes: dict[str, list[Mapping[str, Any]]] = {}
    for turn in answer["turns"]:
        lanes.setdefault(turn["responder_id"], []).append(turn)
    return dict(sorted(lanes.items()))


class Scale:
    """From instants to places across the drawing."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin = begin
        self.end = end
        self._whole = max(end - begin, timedelta(seconds=1))

    def place(self, at: datetime) -> float:
        """Return how far from the left an instant is."""
        return LEFT + ACROSS * ((at - self.begin) / self._whole)


def lane(
    scale: Scale, y: float, who: str, turns: Sequence[Mapping[str, Any]], ink: str
) -> Iterator[str]:
    """Yield one lane."""
    yield line(LEFT, y + LANE, LEFT + ACROSS, y + LANE)
    shown = who if len(who) <= 18 else f"{who[:17]}…"  # noqa: PLR2004 - what fits on the left
    yield text(LEFT - 10, y + LANE - 9, shown, anchor="end", ink=ink if ink == RED else INK)
    for turn in turns:
        begin, end = (datetime.fromisoformat(turn[name]) for name in ("starts_at", "ends_at"))
        x = scale.place(begin)
        width = max(scale.place(end) - x, NARROWEST)
        title = f"{who}: {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
        yield box(x, y + (LANE - BAR) / 2, width, BAR, ink, f"{title} {turn.get('cause', '')}")


def ticks(scale: Scale, where: ZoneInfo, bottom: float) -> Iterator[str]:
    """Yield the days or months across the top, as many as can be read."""
    days = (scale.end - scale.begin) / timedelta(days=1)
    for at, name in marks(scale, where, monthly=days > 62):  # noqa: PLR2004 - two months
        x = scale.place(at)
        yield line(x, TOP - 6, x, bottom)
        yield text(x + 3, TOP - 8, name, size=11, ink=QUIET)


def marks(scale: Scale, where: ZoneInfo, *, monthly: bool) -> Iterator[tuple[datetime, str]]:
    """Yield the beginnings of months, or of every so many days, with their names."""
    first, last = (at.astimezone(where).date() for at in (scale.begin, scale.end))
    step = max(1, -(-(last - first).days // MOST_TICKS))
    day = first
    while day <= last:
        at = instant(day, time(0), where)
        if scale.begin <= at < scale.end and (not monthly or day.day == 1):
            yield at, f"{day:%b}" if monthly else f"{day:%-d %b}"
        day += timedelta(days=1 if monthly else step)
