"""Postmortem export: Markdown, HTML, Confluence, JSON, and PDF where it can be made."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Query, Response
from pydantic import AfterValidator, Field, WithJsonSchema

from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Choice, View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.postmortem.reading import document_of
from services.api.resources.postmortem.written import written_document
from services.export.document import STATUS, Document
from services.export.to_html import POLICY
from services.export.to_pdf import weasyprint
from services.export.written import ENDINGS, MEDIA_TYPES, FileFormat, written

router = api_router("postmortem")

READ: Final = [requires(Permission.INCIDENT_READ)]


class ExportFormat(StrEnum):
    """How a postmortem is written."""

    MARKDOWN = "markdown"
    HTML = "html"
    CONFLUENCE = "confluence"
    JSON = "json"
    PDF = "pdf"


OFFERED: Final = tuple(
    str(one) for one in ExportFormat if one is not ExportFormat.PDF or weasyprint() is not None
)
FILES: Final = {name: FileFormat(name) for name in OFFERED if name != ExportFormat.JSON}
CONTENTS: Final[dict[str, Any]] = {
    MEDIA_TYPES[one].partition(";")[0]: {
        "schema": {"type": "string"} | ({"format": "binary"} if one is FileFormat.PDF else {})
    }
    for one in FILES.values()
}


def _offered(wanted: ExportFormat) -> ExportFormat:
    if wanted not in OFFERED:
        raise ValueError("PDF is not installed here: take html and print it, or install WeasyPrint")
    return wanted


class ExportQuery(ReadQuery):
    """In which format the postmortem is wanted."""

    format: Annotated[
        Choice[ExportFormat],
        AfterValidator(_offered),
        WithJsonSchema({"type": "string", "enum": list(OFFERED), "default": "markdown"}),
        Field(description="HTML is one file, without script; Confluence is its storage format."),
    ] = ExportFormat.MARKDOWN


class ExportedEntry(View):
    """Line of an exported timeline."""

    at: datetime
    text: str
    remark: str
    source_url: str | None
    pinned: bool


class ExportedItem(View):
    """Action item in an exported postmortem; its status as the practice's template writes it."""

    text: str
    owner: str | None
    due_on: date
    status: str


class ExportedFactor(View):
    """Factor in an exported postmortem, with those that it has because of others below it."""

    text: str
    kind: str
    category: str
    primary: bool
    because: list["ExportedFactor"]


class ExportedPostmortem(View):
    """Postmortem as JSON: what the other formats are written from."""

    title: str
    began_on: date
    duration: str | None
    severity: str | None
    author: str | None
    reviewers: list[str]
    sections: Annotated[dict[str, str], Field(description="Markdown, by section.")]
    timeline: list[ExportedEntry]
    factors: list[ExportedFactor]
    action_items: list[ExportedItem]


@router.get(
    "/v1/incidents/{incident_id}/postmortem/export",
    dependencies=READ,
    response_model=ExportedPostmortem,
    responses={200: {"content": CONTENTS}},
)
async def export_postmortem(
    response: Response,
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ExportQuery, Query()],
) -> Response | ExportedPostmortem:
    """Export a postmortem as it stands: the practice's template, to the letter."""
    found = await document_of(dependencies, reads, query, incident_id)
    document = written_document(found)
    if query.format is ExportFormat.JSON:
        return view_of(document)
    wanted = FILES[query.format]
    headers = {
        **response.headers,
        "Content-Disposition": f'attachment; filename="postmortem.{ENDINGS[wanted]}"',
        "Content-Security-Policy": f"{POLICY}; sandbox",
    }
    content = await written(document, wanted)
    return Response(content, media_type=MEDIA_TYPES[wanted], headers=headers)


def view_of(document: Document) -> ExportedPostmortem:
    """Return the document as JSON shows it."""
    return ExportedPostmortem(
        title=document.title,
        began_on=document.began_on,
        duration=document.duration,
        severity=document.severity,
        author=document.author,
        reviewers=list(document.reviewers),
        sections={str(section): text for section, text in document.texts.items()},
        timeline=[ExportedEntry.model_validate(one) for one in document.timeline],
        factors=[ExportedFactor.model_validate(one) for one in document.factors],
        action_items=[
            ExportedItem(
                text=one.text, owner=one.owner, due_on=one.due_on, status=STATUS[one.state]
            )
            for one in document.items
        ],
    )
