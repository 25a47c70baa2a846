"""A postmortem document in Markdown, as everybody reads it."""

from projections.practice.postmortem_document import PostmortemDocument
from services.api.resources.postmortem.written import written_document
from services.export.written import FileFormat, written


async def as_markdown(document: PostmortemDocument) -> str:
    """Return what `/postmortem.md` and the export say."""
    return (await written(written_document(document), FileFormat.MARKDOWN)).decode()
