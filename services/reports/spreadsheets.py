"""Spreadsheets: tables as CSV, in which no text is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from events.values.plain_text import plain

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # begins one, to a spreadsheet


def csv_of(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table with its columns' names; one that has no value is empty."""
    return csv_lines([columns, *rows])


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """Return lines of cells; one that has no value is empty."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: object) -> object:
    """Return a cell; a text that a spreadsheet would take for a formula has an apostrophe."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.startswith(FORMULA) else text
