"""Ways of action items: from one step to the next, as bars."""

from collections.abc import Sequence
from typing import Final

from projections.reports.items import Completion
from services.reports.document import Picture
from services.reports.drawings.canvas import WIDTH, Canvas

ROW: Final = 30
LEFT: Final = 140
RIGHT: Final = WIDTH - 60


def ways(whole: Completion) -> Picture:
    """Return the drawing of what became of the items that were due."""
    steps = (
        ("due", whole.due),
        ("done", whole.done),
        ("done on time", whole.on_time),
        ("dropped", whole.dropped),
        ("open", whole.open),
        ("never started", whole.never_started),
    )
    return steps_drawn("Action items due in the quarter", steps)


def steps_drawn(title: str, steps: Sequence[tuple[str, int]]) -> Picture:
    """Return the drawing of steps; the first has all of the items."""
    description = ", ".join(f"{name} {number}" for name, number in steps)
    canvas = Canvas(title, description, ROW * len(steps) + 6)
    unit = (RIGHT - LEFT) / max(1, steps[0][1])
    for row, (name, number) in enumerate(steps):
        y = 4 + row * ROW
        canvas.text(name, LEFT - 8, y + 16, "end")
        if number:
            canvas.bar(LEFT, y, (number * unit, ROW - 8), "item")
        canvas.text(str(number), LEFT + number * unit + 6, y + 16)
    return Picture(title=title, description=f"{description}.", svg=canvas.svg())
