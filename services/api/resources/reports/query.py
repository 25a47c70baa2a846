"""Query of a report: which quarter, by whose clocks, in which form."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Response
from pydantic import Field

from events.on_call.zones import UnknownZone, require_zone
from projections.metrics.quarters import Quarter, UnknownQuarter, quarter_named
from services.api.http.formats import Choice
from services.api.reading.reads import Number, ReadQuery
from services.api.resources.learning.metrics_query import MetricsQuery
from services.reports.as_csv import as_csv
from services.reports.as_html import POLICY, as_html
from services.reports.as_json import as_json
from services.reports.as_markdown import as_markdown
from services.reports.as_text import as_text
from services.reports.document import Report
from services.request_refusals import Invalid, RequestInvalid

FIRST_WITH_A_YEAR_BEFORE: Final = 1972
WRITERS: Final = {
    "text": as_text,
    "markdown": as_markdown,
    "html": as_html,
    "csv": as_csv,
    "json": as_json,
}
MEDIA: Final[Mapping[str, str]] = {
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
CONTENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA.values()
        }
    }
}


class Form(StrEnum):
    """Form that a report is written in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"


class FormQuery(ReadQuery):
    """In which form."""

    form: Annotated[Choice[Form], Field(alias="format")] = Form.TEXT
    pictures: Annotated[
        bool, Field(description="JSON with the drawings as SVG, too; its digest is another.")
    ] = False


type QuartersZone = Annotated[
    str, Field(max_length=60, description="Whose midnights the quarter has: Europe/Berlin.")
]
type FirstMonth = Annotated[
    Number,
    Field(
        ge=1,
        le=12,
        description="Month in which the year begins; it has the name of the year it ends in.",
    ),
]


def quarter_asked(name: str, first_month: int, where: str) -> Quarter:
    """Return the quarter that a request names.

    Raises: RequestInvalid.
    """
    try:
        quarter = quarter_named(name, first_month)
    except UnknownQuarter as unknown:
        raise RequestInvalid(Invalid(field=where, reason=str(unknown))) from None
    if quarter.year < FIRST_WITH_A_YEAR_BEFORE:
        reason = f"There are reports from {FIRST_WITH_A_YEAR_BEFORE}-Q1 on."
        raise RequestInvalid(Invalid(field=where, reason=reason))
    return quarter


def zone_asked(name: str, where: str) -> str:
    """Return the zone that a request names.

    Raises: RequestInvalid.
    """
    try:
        require_zone(where, name)
    except UnknownZone as unknown:
        raise RequestInvalid(Invalid(field=where, reason=unknown.detail)) from None
    return name


def metrics_query(
    quarter: Quarter, zone: str, *, as_of: object = None, after_position: int | None = None
) -> MetricsQuery:
    """Return what the figures of a report are asked for."""
    return MetricsQuery.model_validate(
        {
            "quarter": quarter.name,
            "zone": zone,
            "year_begins": quarter.first_month,
            "as_of": as_of,
            "after_position": after_position,
        }
    )


async def written(report: Report, query: FormQuery, response: Response) -> Response:
    """Return a report in a form; writing it takes a thread of its own, for it may be long."""
    form = query.form
    with_pictures = query.pictures and form is Form.JSON
    write = partial(as_json, pictures=True) if with_pictures else WRITERS[form]
    text = await asyncio.to_thread(write, report)
    headers = dict(response.headers)
    if form is Form.HTML:
        headers["Content-Security-Policy"] = POLICY
    return Response(text, media_type=MEDIA[form], headers=headers)
