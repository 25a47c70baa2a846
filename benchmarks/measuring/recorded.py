"""Recorded result: a file for machines and a table for people."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from benchmarks.measuring.comparison import Comparison
from benchmarks.measuring.machine import Machine

RESULTS: Final = Path(__file__).parents[1] / "results"
FIGURES: Final = 4  # significant; the rounds differ by more than the next one


def write(
    folder: Path, name: str, rows: Sequence[Comparison], machine: Machine, commit: str
) -> Path:
    """Write a benchmark's result and return the file.

    Every row carries its machine and commit, so that rows of several files can be put together.
    """
    origin = {"machine": asdict(machine), "commit": commit}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    file.write_text(json.dumps([rounded(asdict(row)) | origin for row in rows], indent=2) + "\n")
    return file


def rounded(value: Any) -> Any:
    """Return the value with every number in it cut to the figures that mean something."""
    match value:
        case float():
            return float(f"{value:.{FIGURES}g}")
        case dict():
            return {key: rounded(item) for key, item in value.items()}
        case tuple():
            return [rounded(item) for item in value]
        case _:
            return value


def table(name: str, rows: Sequence[Comparison]) -> Table:
    """Return the result as a person reads it."""
    shown = Table(title=name, title_justify="left", title_style="bold")
    for heading in ("what", "ours", "peer", "unit", "ratio", "rounds", "goal"):
        numeric = heading in {"ours", "peer", "ratio", "rounds", "goal"}
        shown.add_column(heading, justify="right" if numeric else "left")
    for row in rows:
        against = f"\nagainst {row.peer_name}" if row.peer_name else ""
        shown.add_row(
            row.name + against,
            number(row.ours),
            number(row.peer),
            row.unit,
            times(row.ratio),
            "" if row.ratio_range is None else "-".join(f"{one:.2f}" for one in row.ratio_range),
            verdict(row),
        )
    return shown


def verdict(row: Comparison) -> Text:
    """Return the goal in the colour of what became of it."""
    match row.met:
        case None:
            return Text("")
        case True:
            return Text(f"≥ {row.goal:.3g}x met", style="green")
        case False:
            return Text(f"≥ {row.goal:.3g}x missed", style="red")


def number(value: float | None) -> str:
    """Return a number as people write it: 12,345 or 12.3 or 0.12."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times(ratio: float | None) -> str:
    """Return a ratio."""
    return "" if ratio is None else f"{ratio:.2f}x"
