"""Report commands: the quarter's report, issued or as it is now."""

from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from services.cli import shown
from services.cli.options import AsJson, For
from services.cli.remote import Remote

app = typer.Typer()

REPORTS: Final = "/v1/reports"
MEDIA: Final = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "html": "text/html",
    "csv": "text/csv",
    "json": "application/json",
}


class Form(StrEnum):
    """Form that a report is written in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


@app.command()
def report(
    which: Annotated[
        str, typer.Argument(metavar="QUARTER|ID", help="2026-Q4; or the id of an issued report.")
    ],
    zone: Annotated[str, typer.Option(help="Whose midnights the quarter has.")] = "UTC",
    year_begins: Annotated[int, typer.Option(help="Month in which the year begins.")] = 1,
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.TEXT,
    as_of: Annotated[str | None, typer.Option(help="A position or a time.")] = None,
    *,
    issue: Annotated[
        bool, typer.Option("--issue", help="Publish it: it can be had again, byte for byte.")
    ] = False,
    speaking_for: For = None,
    json: AsJson = False,
) -> None:
    """Show the report of a quarter, or one that was issued and what was restated since."""
    remote = Remote.from_environment(speaking_for)
    query: dict[str, Any] = {"format": form, "as_of": as_of}
    if issue:
        body = {"quarter": which, "zone": zone, "year_begins": year_begins}
        answer = remote.post(REPORTS, body)
        shown.receipt(answer, f"Issued as report {answer['report_id']}.", json=json)
        return
    if not _is_id(which):
        path = f"{REPORTS}/quarterly/{which}"
        _written(remote, path, form, {**query, "zone": zone, "year_begins": year_begins})
        return
    if json:
        shown.as_json(remote.get(f"{REPORTS}/{which}"))
        return
    _written(remote, f"{REPORTS}/{which}/document", form, query)
    if form is Form.TEXT:
        _restated(remote.get(f"{REPORTS}/{which}")["restated"])


@app.command("issued-reports")
def issued_reports(*, json: AsJson = False) -> None:
    """List the reports that were issued, the newest first."""
    found = list(Remote.from_environment().all_of(REPORTS, "reports", "cursor"))
    if json:
        shown.as_json(found)
    else:
        heads = ("Report", "Quarter", "Zone", "Issued", "Position", "By")
        shown.table(heads, map(_line, found))


def _line(one: dict[str, Any]) -> tuple[str, ...]:
    at = shown.clock(one["issued_at"])
    return one["report_id"], one["quarter"], one["zone"], at, one["as_of"], one["issued_by"]


def _is_id(which: str) -> bool:
    try:
        UUID(which)
    except ValueError:
        return False
    return True


def _written(remote: Remote, path: str, form: Form, query: dict[str, Any]) -> None:
    for line in remote.lines(path, MEDIA[form], **query):
        shown.as_lines(f"{line}\n")


def _restated(figures: list[dict[str, Any]]) -> None:
    if figures:
        shown.say("")
        shown.say("Restated since:", shown.NOTICE)
    for figure in figures:
        shown.say(f"  {figure['sentence']}")
