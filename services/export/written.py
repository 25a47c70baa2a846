"""Written export: a document in one of the formats, rendered off the event loop."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from events.postmortem.document.sections import Section
from services.export.chapters import Chapter, below_them, chapters_of
from services.export.document import Document
from services.export.pieces import pieces_of
from services.export.to_confluence import confluence_of
from services.export.to_html import html_of, shown
from services.export.to_markdown import markdown_of
from services.export.to_pdf import pdf_of
from services.export.tree import tree_of
from services.markdown import rendered


class FileFormat(StrEnum):
    """A format that is written as a file."""

    MARKDOWN = "markdown"
    HTML = "html"
    CONFLUENCE = "confluence"
    PDF = "pdf"  # only where WeasyPrint is installed


MEDIA_TYPES: Final[Mapping[FileFormat, str]] = {
    FileFormat.MARKDOWN: "text/markdown; charset=utf-8",
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.CONFLUENCE: "application/xml; charset=utf-8",
    FileFormat.PDF: "application/pdf",
}
ENDINGS: Final[Mapping[FileFormat, str]] = {
    FileFormat.MARKDOWN: "md",
    FileFormat.HTML: "html",
    FileFormat.CONFLUENCE: "xml",
    FileFormat.PDF: "pdf",
}


async def written(document: Document, wanted: FileFormat) -> bytes:
    """Return the document as a file."""
    return await asyncio.to_thread(_written, document, await _rendered(document.texts), wanted)


async def on_a_page(texts: Mapping[Section, str]) -> dict[Section, str]:
    """Return the sections' texts as HTML that is safe to show, whole, below the headings there."""
    html = await _rendered(texts)
    return await asyncio.to_thread(
        lambda: {section: shown(map(below_them, tree_of(one))) for section, one in html.items()}
    )


async def _rendered(texts: Mapping[Section, str]) -> dict[Section, str]:
    """Return each text as clean HTML; what is too long to be rendered at once is so in pieces."""
    pieces = {section: pieces_of(text) for section, text in texts.items()}
    html = await rendered([piece for section in pieces.values() for piece in section])
    return {
        section: "".join(html[piece] for piece in of_section)
        for section, of_section in pieces.items()
    }


def _written(document: Document, html: Mapping[Section, str], wanted: FileFormat) -> bytes:
    chapters = chapters_of(document, {name: tree_of(one) for name, one in html.items()})
    if wanted is FileFormat.PDF:
        return pdf_of(html_of(chapters))
    return _text(chapters, wanted).encode("utf-8", "replace")


def _text(chapters: tuple[Chapter, ...], wanted: FileFormat) -> str:
    match wanted:
        case FileFormat.MARKDOWN:
            return markdown_of(chapters)
        case FileFormat.CONFLUENCE:
            return confluence_of(chapters)
        case _:
            return html_of(chapters)
