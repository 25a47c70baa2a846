"""Output of the command line: tables for people, JSON for programs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from services.cli.terminal import as_json, as_lines, complain, console

__all__ = [
    "FAULT",
    "NOTICE",
    "as_json",
    "as_lines",
    "as_written",
    "clock",
    "complain",
    "console",
    "facts",
    "minute",
    "receipt",
    "say",
    "severity",
    "table",
]

SEVERITIES = {"SEV1": "bold red", "SEV2": "red", "SEV3": "yellow", "SEV4": "cyan"}

FAULT = Text("✗ ", style="red")
NOTICE = Text("! ", style="yellow")


def say(sentence: str, mark: Text | None = None) -> None:
    """Print a sentence as it is: brackets are no markup, and off a terminal no line is broken."""
    console.print(Text.assemble(mark or "", sentence), soft_wrap=not console.is_terminal)


def receipt(answer: Any, sentence: str, *, json: bool) -> None:
    """Print what became of a command: done, or accepted for later."""
    if json:
        as_json(answer)
    elif answer["status"] == "done":
        say(f"{sentence} (version {answer['version']})")
    else:
        say(f"Accepted; it will be applied shortly. Outcome: tocsin outcome {answer['command_id']}")


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows under headings, or a dash where there are none; the last column takes the rest."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns[:-1]:
        shown.add_column(column, no_wrap=True)
    shown.add_column(columns[-1], overflow="fold")
    for row in rows:
        shown.add_row(*map(as_written, row))
    console.print(shown if shown.row_count else "—")


def as_written(text: str | Text) -> Text:
    """Return what people wrote as it is: brackets in it are no markup of ours."""
    return text if isinstance(text, Text) else Text(text)


def severity(value: str | None) -> Text:
    """Return a severity in its colour."""
    return Text(value or "unknown", style=SEVERITIES.get(value or "", "dim"))


def clock(value: str | None) -> str:
    """Return a time as people read it at night: UTC, to the second, without the zone."""
    if value is None:
        return "—"
    return datetime.fromisoformat(value).strftime("%Y-%m-%d %H:%M:%S")


def minute(value: str) -> str:
    """Return a time short enough for a list: UTC, month and day, to the minute."""
    return datetime.fromisoformat(value).strftime("%m-%d %H:%M")


def facts(pairs: Mapping[str, str | Text | None]) -> None:
    """Print one fact a line."""
    shown = Table(box=None, pad_edge=False, show_header=False)
    shown.add_column(style="dim")
    shown.add_column(overflow="fold")
    for name, value in pairs.items():
        if value:
            shown.add_row(name, as_written(value))
    console.print(shown)
