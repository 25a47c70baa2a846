"""Box: the first thing in every report, line by line as the practice draws it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Final

from rich.cells import cell_len, set_cell_size

WIDTH: Final = 53  # between the borders
INDENT: Final = "  "
TITLE_INDENT: Final = " " * 11
MET: Final = "✅"
MISSED: Final = "❌"
NOTHING: Final = "\u2013"  # no value, which is not 0
MINUTE: Final = 60_000_000  # microseconds
TEN: Final = 10
LEAST: Final = len("4.2 min")
MOST_CAUSES: Final = 3
PERCENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean of the box: its name, its value in microseconds and what it has to stay below."""

    name: str  # MTTD
    value: Fraction | None
    target: int | None = None  # minutes

    @property
    def met(self) -> bool | None:
        """Return whether it stays below its target; None: nothing can be said."""
        if self.value is None or self.target is None:
            return None
        return self.value < self.target * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What the box says."""

    title: str  # Q4 2024
    incidents: int
    severities: Sequence[tuple[str, int]]
    means: Sequence[Mean]
    causes: Sequence[tuple[str, int]]  # by label, the most frequent first
    no_cause: int = 0


def lines_of(box: Box) -> list[str]:
    """Return the box."""
    bar = "─" * WIDTH
    inside = [
        "",
        f"{INDENT}Total Incidents: {box.incidents}",
        *_severities(box.severities),
        "",
        *_means(box.means),
        "",
        f"{INDENT}Top Causes:",
        *_causes(box),
        "",
    ]
    title = f"{TITLE_INDENT}Incident Metrics - {box.title}"
    return [f"┌{bar}┐", _bordered(title), f"├{bar}┤", *map(_bordered, inside), f"└{bar}┘"]


def _bordered(line: str) -> str:
    return f"│{set_cell_size(line, WIDTH)}│"


def _severities(severities: Iterable[tuple[str, int]]) -> Iterator[str]:
    line = ""
    for name, number in severities:
        one = f"{INDENT}{name}: {number}"
        if line and cell_len(line + one) > WIDTH:
            yield line
            line = ""
        line += one
    yield line


def _means(means: Sequence[Mean]) -> Iterator[str]:
    values = [in_minutes(mean.value, mean.target) for mean in means]
    targets = ["" if mean.target is None else f"(target: <{mean.target} min)" for mean in means]
    wide = max(LEAST, *map(len, values)) + 1
    wider = max(map(len, targets), default=0)
    for mean, value, target in zip(means, values, targets, strict=True):
        mark = {True: MET, False: MISSED, None: ""}[mean.met]
        yield f"{INDENT}{mean.name}: {value:<{wide}} {target:<{wider}} {mark}".rstrip()


def in_minutes(value: Fraction | None, target: int | None = None) -> str:
    """Return microseconds as minutes: one decimal below ten, none from there on, half up.

    A value below its target is never written as the target: it has the decimals that takes.
    """
    if value is None:
        return NOTHING
    minutes = value / MINUTE
    first = 1 if minutes < TEN and _rounded(minutes, 1) < TEN else 0
    for decimals in count(first):
        written = _rounded(minutes, decimals)
        if target is None or minutes >= target or written < target:
            return f"{_written(written, decimals)} min"
    raise AssertionError  # pragma: no cover  the count has no end


def _rounded(value: Fraction, decimals: int) -> Fraction:
    scale = TEN**decimals
    return Fraction((value * scale + Fraction(1, 2)).__floor__(), scale)


def _written(value: Fraction, decimals: int) -> str:
    whole, rest = divmod(int(value * TEN**decimals), TEN**decimals)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)


def _causes(box: Box) -> Iterator[str]:
    for place, (label, number) in enumerate(box.causes[:MOST_CAUSES], start=1):
        begin, end = f"{INDENT}{place}. ", f" ({percent(number, box.incidents)}%)"
        room = WIDTH - cell_len(begin) - cell_len(end)
        yield f"{begin}{shortened(label, room)}{end}"
    if box.no_cause:
        yield f"{INDENT}No cause recorded: {box.no_cause}"


def percent(number: int, of: int) -> int:
    """Return whole percent, half up."""
    return int(_rounded(Fraction(number * PERCENT, of), 0)) if of else 0


def shortened(text: str, room: int) -> str:
    """Return a text that takes no more room on a screen than there is."""
    return text if cell_len(text) <= room else f"{set_cell_size(text, room - 1).rstrip()}…"
