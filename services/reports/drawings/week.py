"""Week: interruptions by hour and weekday, each hour a square as large as there were many."""

from collections.abc import Mapping
from math import sqrt
from typing import Final

from services.reports.document import Picture
from services.reports.drawings.canvas import WIDTH, Canvas

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS: Final = 24
LEFT: Final = 48
TOP: Final = 24
CELL: Final = (WIDTH - LEFT - 8) // HOURS
LABELLED: Final = 3  # hours
SLEEP_BEGINS: Final = 22  # as whoever has said nothing of their own hours sleeps
SLEEP_ENDS: Final = 8


def week(found: Mapping[tuple[int, int], int]) -> Picture:
    """Return the drawing; the area of a square is the number."""
    most = max(found.values())
    title = "Interruptions by hour and weekday"
    busiest = [place for place, number in sorted(found.items()) if number == most]
    named = ", ".join(f"{DAYS[day]} {hour:02d}:00" for day, hour in busiest[:3])
    asleep = {*range(SLEEP_BEGINS, HOURS), *range(SLEEP_ENDS)}
    nights = sum(number for (_, hour), number in found.items() if hour in asleep)
    description = (
        f"Most in one hour of the week: {most} ({named}{' and others' if busiest[3:] else ''})."
        f" Between {SLEEP_BEGINS}:00 and {SLEEP_ENDS:02d}:00: {nights} of {sum(found.values())}."
    )
    canvas = Canvas(title, description, TOP + CELL * len(DAYS) + 8)
    for hour in range(0, HOURS + 1, LABELLED):
        x = LEFT + hour * CELL
        canvas.text(f"{hour:02d}", x, TOP - 8, "middle")
        canvas.line((x, TOP), (x, TOP + CELL * len(DAYS)), "grid")
    for day, name in enumerate(DAYS):
        canvas.text(name, LEFT - 8, TOP + day * CELL + CELL / 2 + 4, "end")
        canvas.line((LEFT, TOP + day * CELL), (WIDTH - 8, TOP + day * CELL), "grid")
    for (day, hour), number in sorted(found.items()):
        if number:
            side = max(3.0, (CELL - 4) * sqrt(number / most))
            gap = (CELL - side) / 2
            canvas.bar(LEFT + hour * CELL + gap, TOP + day * CELL + gap, (side, side), "item")
    return Picture(title=title, description=description, svg=canvas.svg())
