"""Export of a postmortem: the files that its page offers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.responses import Response

from services.export.written import ENDINGS, FileFormat
from services.web.calls import path_of
from services.web.page import Answer, page
from services.web.visit import Visit

OFFERED: Final[Mapping[FileFormat, str]] = {
    one: ENDINGS[one] for one in (FileFormat.HTML, FileFormat.CONFLUENCE)
}


def export(wanted: FileFormat) -> Callable[[Visit], Awaitable[Answer]]:
    """Return what hands over a postmortem in a format."""

    async def download(visit: Visit) -> Answer:
        """Return the postmortem as a file."""
        path = path_of("incidents", visit.named("reference"), "postmortem", "export")
        found = await visit.calls.fetch(path, format=wanted, **visit.reading)
        kept = ("content-type", "content-disposition", "content-security-policy")
        headers = {name: found.headers[name] for name in kept if name in found.headers}
        return Response(found.content, headers=headers)

    return download


ROUTES = tuple(
    page(f"/incidents/{{reference}}/postmortem.{ending}", export(wanted))
    for wanted, ending in OFFERED.items()
)
