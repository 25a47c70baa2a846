"""Report as text: eighty columns, for a terminal, a printer or an e-mail."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from rich.cells import cell_len, chop_cells

from services.reports.box import lines_of
from services.reports.document import Grid, Report, Section, cell_text
from services.reports.sentences import opening

WIDTH: Final = 80
GAP: Final = "  "
NARROWEST: Final = 8


def as_text(report: Report) -> str:
    """Return the report."""
    lines = [*lines_of(report.box), ""]
    for sentence in opening(report):
        lines += wrap(sentence, WIDTH, break_on_hyphens=False)
    for section in report.sections:
        lines += ["", *_section(section)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _section(section: Section) -> Iterator[str]:
    yield section.title.upper()
    yield "─" * cell_len(section.title)
    for sentence in section.sentences:
        yield from wrap(sentence, WIDTH, break_on_hyphens=False)
    for grid in section.grids:
        yield ""
        yield from _grid(grid)


def _grid(grid: Grid) -> Iterator[str]:
    yield grid.title
    heads = [column.title for column in grid.columns]
    rows = [[cell_text(cell) for cell in row] for row in grid.rows]
    widths = _widths(grid, [heads, *rows])
    yield from _row(grid, heads, widths)
    yield GAP.join("─" * width for width in widths)
    for row in rows:
        yield from _row(grid, row, widths)


def _widths(grid: Grid, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns' widths: the widest with words gives way until all fit."""
    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(grid.columns))]
    words = [place for place, column in enumerate(grid.columns) if not column.number]
    room = WIDTH - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and words:
        widest = max(words, key=lambda place: widths[place])
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _row(grid: Grid, cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    parts = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, parts))):
        line = [
            _placed(part[number] if number < len(part) else "", width, right=column.number)
            for part, width, column in zip(parts, widths, grid.columns, strict=True)
        ]
        yield GAP.join(line)


def _wrapped(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    if text.isascii():
        return wrap(text, width, break_on_hyphens=False) or [""]
    return chop_cells(text, width)


def _placed(text: str, width: int, *, right: bool) -> str:
    room = " " * (width - cell_len(text))
    return room + text if right else text + room
