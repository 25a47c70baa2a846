"""Report as CSV: the box line by line, then one table after the other, each with its title."""

from collections.abc import Iterator

from services.reports.box import lines_of
from services.reports.document import Report, cell_text
from services.reports.sentences import opening
from services.reports.spreadsheets import csv_lines


def as_csv(report: Report) -> str:
    """Return the report; a spreadsheet takes no cell of it for a formula."""
    return csv_lines(_lines(report))


def _lines(report: Report) -> Iterator[list[str]]:
    yield from ([line] for line in lines_of(report.box))
    yield []
    yield from ([sentence] for sentence in opening(report))
    for section in report.sections:
        yield from ([], [section.title])
        yield from ([sentence] for sentence in section.sentences)
        for grid in section.grids:
            yield from ([], [grid.title], [column.title for column in grid.columns])
            yield from ([cell_text(cell) for cell in row] for row in grid.rows)
