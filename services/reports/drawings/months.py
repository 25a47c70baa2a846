"""Months: how many incidents each month of the quarter had, by severity."""

from collections import Counter
from typing import Final
from zoneinfo import ZoneInfo

from events.values.severity import Severity
from services.reports.asked import Asked
from services.reports.document import Picture
from services.reports.drawings.canvas import WIDTH, Canvas
from services.reports.spoken import NOT_JUDGED

ROW: Final = 30
LEFT: Final = 90
RIGHT: Final = WIDTH - 60
TOP: Final = 34
KEY: Final = 80  # pixels for each name above
KINDS: Final = (*map(str, Severity), NOT_JUDGED)


def months(asked: Asked) -> Picture:
    """Return the drawing."""
    zone = ZoneInfo(asked.zone)
    found: Counter[tuple[str, str]] = Counter(
        (f"{one.declared_at.astimezone(zone):%Y-%m}", one.severity or NOT_JUDGED)
        for one in asked.incidents
    )
    names = _names(asked)
    totals = {name: sum(found[name, kind] for kind in KINDS) for name in names}
    title = "Incidents by month and severity"
    description = "; ".join(
        f"{name}: {totals[name]}"
        + "".join(f", {kind} {found[name, kind]}" for kind in KINDS if found[name, kind])
        for name in names
    )
    canvas = Canvas(title, description, TOP + ROW * len(names) + 6)
    shown = [kind for kind in KINDS if any(found[name, kind] for name in names)]
    for place, kind in enumerate(shown):
        canvas.bar(LEFT + place * KEY, 8, (10, 10), _class(kind))
        canvas.text(kind, LEFT + place * KEY + 15, 17)
    unit = (RIGHT - LEFT) / max(1, *totals.values())
    for row, name in enumerate(names):
        y, x = TOP + row * ROW, float(LEFT)
        canvas.text(name, LEFT - 8, y + 16, "end")
        for kind in shown:
            width = found[name, kind] * unit
            if width:
                canvas.bar(x, y, (max(1.0, width - 1), ROW - 8), _class(kind))
            x += width
        canvas.text(str(totals[name]), x + 6, y + 16)
    return Picture(title=title, description=f"{description}.", svg=canvas.svg())


def _class(kind: str) -> str:
    return "none" if kind == NOT_JUDGED else kind.lower()


def _names(asked: Asked) -> list[str]:
    """Return the three months of the quarter."""
    day = asked.quarter.first_day
    found = [day]
    while len(found) < 3:  # noqa: PLR2004  a quarter has three
        found.append(
            found[-1].replace(
                year=found[-1].year + found[-1].month // 12, month=found[-1].month % 12 + 1
            )
        )
    return [f"{one:%Y-%m}" for one in found]
