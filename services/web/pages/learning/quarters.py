"""Quarter's report: the box and its tables as they are now, and the reports that were issued."""

import re
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup
from starlette.responses import Response

from projections.metrics.quarters import quarter_at, quarter_named
from services.access.permissions import Permission
from services.web.calls import Document, Refused, Value, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.visit import Visit

QUARTER: Final = "/insights/quarter"
REPORT: Final = "/insights/reports/{report}"
ISSUED: Final = 20
UNPROCESSABLE: Final = 422  # what a person can mend in the form
FORMS: Final = {  # by the end of a file's name
    "html": "One page to print",
    "txt": "Text",
    "md": "Markdown",
    "csv": "CSV",
    "json": "JSON",
}
LONGER: Final = {"txt": "text", "md": "markdown"}  # as the API calls them
LONGEST_NUMBER: Final = 24  # letters; a sentence may begin with one
DRAWN: Final[Mapping[str, Value]] = {"format": "json", "pictures": True}
REFERENCE: Final = re.compile(r"[A-Z]+-[0-9]+", re.ASCII)


async def show(visit: Visit) -> Screen:
    """Show the report of a quarter, by the clocks of the device's zone unless it says others'."""
    zone = visit.query.get("zone") or visit.clock.zone.key
    quarter = visit.query.get("quarter") or quarter_at(visit.now, visit.clock.zone.key).name
    path = path_of("reports", "quarterly", quarter)
    asked = {"zone": zone, "quarter": quarter, "forms": FORMS}
    try:
        report = await visit.calls.get(path, zone=zone, **DRAWN, **visit.reading)
    except Refused as refused:
        if refused.status != UNPROCESSABLE:
            raise
        return _screen({**asked, "wrong": refused, "beside": []}, status=refused.status)
    issued = await visit.calls.get(path_of("reports"), limit=ISSUED, **visit.reading)
    this = quarter_named(quarter)
    return _screen(
        {
            **asked,
            **_drawn(report),
            "beside": [this.preceding.name, this.following.name],
            "issued": issued["reports"],
            "who": await visit.who(issued),
            "may_issue": not visit.as_of and visit.may(Permission.INCIDENT_COMMAND),
        }
    )


def _screen(facts: dict[str, Any], status: int = 200) -> Screen:
    return Screen(
        template="learning/quarter.html",
        title=f"Report · {facts['quarter'][:20]}",
        facts={"report": None, "wrong": None, **facts},
        status=status,
    )


async def show_issued(visit: Visit) -> Screen:
    """Show a report as it was issued, and what was restated since."""
    path = path_of("reports", visit.named("report"))
    issued = await visit.calls.get(path, **visit.reading)
    report = await visit.calls.get(f"{path}/document", **DRAWN)
    return Screen(
        template="learning/issued_report.html",
        title=f"Report · {issued['quarter']}",
        facts={
            **_drawn(report),
            "one": issued,
            "forms": FORMS,
            "who": await visit.who(issued),
        },
    )


async def download(visit: Visit) -> Answer:
    """Return the report of a quarter as a file."""
    path = path_of("reports", "quarterly", visit.query.get("quarter") or "")
    return await _file(visit, path, {"zone": visit.query.get("zone") or "UTC", **visit.reading})


async def download_issued(visit: Visit) -> Answer:
    """Return an issued report as a file, byte for byte as it was issued."""
    return await _file(visit, f"{path_of('reports', visit.named('report'))}/document", {})


async def _file(visit: Visit, path: str, query: dict[str, Any]) -> Response:
    form = visit.named("form")
    found = await visit.calls.fetch(path, **query, format=LONGER.get(form, form))
    headers = {"Content-Disposition": f'attachment; filename="report.{form}"'}
    if form == "html":  # it is looked at, and printed; its own policy lets no script run
        headers = {"Content-Security-Policy": found.headers["content-security-policy"]}
    return Response(found.content, media_type=found.headers["content-type"], headers=headers)


async def issue(visit: Visit, form: Form) -> Answer:
    """Issue the report of a quarter."""
    body = {"quarter": form.text("quarter") or "", "zone": form.text("zone") or "UTC"}
    receipt = await visit.calls.give("POST", path_of("reports"), form.command_id, body)
    return done(visit, receipt, f"/insights/reports/{receipt['report_id']}")


def _drawn(report: Document) -> dict[str, Any]:
    """Return a report as the template draws it: numbers stand right, references lead somewhere."""
    sections = [
        {
            **section,
            "tables": [_table(one) for one in section["tables"]],
            "pictures": [_picture(one) for one in section["pictures"]],
        }
        for section in report["sections"]
    ]
    return {"report": report, "box": "\n".join(report["box"]), "sections": sections}


def _picture(picture: Document) -> Document:
    """Return a drawing as it stands in a page: ours, from numbers, with every word escaped."""
    return {**picture, "svg": Markup(picture["svg"])}  # noqa: S704


def _table(table: Document) -> Document:
    rows = table["rows"]
    numbers = [
        bool(rows) and all(_is_number(row[place]) for row in rows)
        for place in range(len(table["columns"]))
    ]
    return {
        "title": table["title"],
        "columns": list(zip(table["columns"], numbers, strict=True)),
        "rows": [list(zip(row, numbers, map(_address, row), strict=True)) for row in rows],
    }


def _is_number(cell: str) -> bool:
    """Return whether a cell is a number, with what it is of: 8 of 23 (35 %)."""
    return cell == "" or (cell[0] in "0123456789\u2013" and len(cell) <= LONGEST_NUMBER)


def _address(cell: str) -> str | None:
    return f"/incidents/{cell}" if REFERENCE.fullmatch(cell) else None


ROUTES = (
    page(QUARTER, show),
    page(f"{QUARTER}.{{form}}", download),
    page(REPORT, show_issued),
    page(f"{REPORT}/report.{{form}}", download_issued),
    action(QUARTER, issue, again=show),
)
