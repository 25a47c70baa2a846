"""Report as Markdown: the box in a code block, tables as GitHub and GitLab write them."""

import re
from collections.abc import Iterator
from typing import Final

from services.reports.box import lines_of
from services.reports.document import Grid, Report, Section, cell_text
from services.reports.sentences import opening

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def as_markdown(report: Report) -> str:
    """Return the report."""
    lines = [f"# {escaped(report.title)}", "", "```text", *lines_of(report.box), "```", ""]
    for sentence in opening(report):
        lines += [escaped(sentence), ""]
    for section in report.sections:
        lines += _section(section)
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from (f"## {escaped(section.title)}", "")
    for sentence in section.sentences:
        yield from (escaped(sentence), "")
    for grid in section.grids:
        yield from (f"### {escaped(grid.title)}", "", *_grid(grid), "")


def _grid(grid: Grid) -> Iterator[str]:
    yield _row([column.title for column in grid.columns])
    yield "|" + "|".join(" ---: " if column.number else " --- " for column in grid.columns) + "|"
    for row in grid.rows:
        yield _row([cell_text(cell) for cell in row])


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
