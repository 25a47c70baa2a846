"""CSV text: lines that spreadsheets read, and that they never carry out."""

import csv
import io
from collections.abc import Sequence
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would calculate


def csv_line(cells: Sequence[object]) -> str:
    """Return one line; a text that looks like a formula is kept a text."""
    written = io.StringIO()
    csv.writer(written).writerow([_cell(one) for one in cells])
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
