"""Noise command: who calls people for nothing, and what it costs them."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import typer

from events.values.plain_text import plain
from services.cli import shown
from services.cli.options import AsJson
from services.cli.remote import Remote

app = typer.Typer()

TRENDS: Final = {
    "more": "more",
    "fewer": "fewer",
    "no_clear_change": "unclear",
    "too_few": "too few",
}
FEW: Final = 5  # fewer than that are counted, and no share is made of them
FIGURES: Final = (
    *("key", "title", "incidents", "in_vain", "declined", "actionable", "alerts", "flapping"),
    *("pages", "pages_in_vain", "pages_at_night", "people_woken", "minutes_open", "trend"),
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # begins one, to a spreadsheet


@app.command()
def noise(
    by: Annotated[str, typer.Option(help="service, integration, monitor, alert or rule.")] = (
        "service"
    ),
    since: Annotated[
        str | None, typer.Option(help="2026-11-01T00:00:00Z. Left out: --days ago.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="2026-12-01T00:00:00Z. Left out: now.")] = None,
    days: Annotated[int, typer.Option(min=1, max=400)] = 30,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    *,
    json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Rank services, integrations, monitors, alerts or rules by what they called for in vain."""
    begin = since or _days_before(until, days)
    answer = Remote.from_environment().get(
        "/v1/metrics/noise", by=by, since=begin, until=until, limit=limit
    )
    if json:
        shown.as_json(answer)
    elif as_csv:
        shown.as_lines(csv_of(answer["noise"]))
    else:
        _report(answer)


def _days_before(until: str | None, days: int) -> str:
    try:
        end = datetime.fromisoformat(until) if until else datetime.now(UTC)
    except ValueError:
        raise typer.BadParameter(f"{until} is no time: write 2026-12-01T00:00:00Z.") from None
    return (end - timedelta(days=days)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def csv_of(rows: list[dict[str, Any]]) -> str:
    """Return the figures as CSV, each with that of the time before beside it.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    compared = [name for name in FIGURES if name not in {"key", "title", "trend"}]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow([*FIGURES, *(f"{name}_before" for name in compared)])
    for row in rows:
        before = row["before"] or {}
        values = [*(row[name] for name in FIGURES), *(before.get(name) for name in compared)]
        table.writerow([_cell(value) for value in values])
    return written.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _report(answer: dict[str, Any]) -> None:
    rows, by = answer["noise"], answer["by"]
    begin, end = shown.clock(answer["since"]), shown.clock(answer["until"])
    shown.say(f"{begin} to {end}, by {by}. In brackets: as long a time before.")
    heads = ("In vain", "Worked on", "Pages", "Night", "Woken", "Open", "Trend", by.capitalize())
    shown.table(heads, map(_line, rows))
    for sentence in _sentences(rows):
        shown.say(sentence)


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    was = one["before"]["in_vain"] if one["before"] else 0
    called = sum(one["outcomes"].values())
    flapping = ", flapping" if one["flapping"] else ""
    return (
        f"{one['in_vain']}/{called} ({was})",
        _share(one),
        f"{one['pages_in_vain']}/{one['pages']}",
        str(one["pages_at_night"]),
        str(one["people_woken"]),
        _duration(one["minutes_open"]),
        TRENDS.get(one["trend"] or "", "—"),
        f"{one['title'] or one['key'] or '—'} ({one['alerts']} alerts{flapping})",
    )


def _share(one: dict[str, Any]) -> str:
    """Return the part that people worked on; of few, how many of how many."""
    worked = one["outcomes"].get("worked", 0)
    over = worked + one["in_vain"]
    if not over:
        return "—"
    return f"{worked}/{over}" if over < FEW else f"{one['actionable']:.0%}"


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02} h"


def _sentences(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield "In vain and pages: how many of all; worked on: of what is over."
    in_vain = sum(one["pages_in_vain"] for one in rows)
    loudest = sorted(rows, key=lambda one: -one["pages_in_vain"])[:3]
    spared = sum(one["pages_in_vain"] for one in loudest)
    if spared and len(rows) > len(loudest):
        names = ", ".join(one["title"] or one["key"] or "—" for one in loudest)
        yield f"Tuning {names} would have spared up to {spared} of {in_vain} pages in vain."
    if any(0 < sum(one["outcomes"].values()) < FEW for one in rows):
        yield f"Of fewer than {FEW} incidents no share is made: one more would turn it over."
