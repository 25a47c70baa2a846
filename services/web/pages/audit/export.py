"""Export: events of the log byte for byte, to be verified anywhere."""

from typing import Final

from starlette.responses import Response

from services.web.calls import path_of
from services.web.page import page
from services.web.visit import Visit

MOST: Final = 5_000  # events at once


async def export(visit: Visit) -> Response:
    """Give the events of a part of the log, or of one stream."""
    query = visit.query
    stream = query.get("stream")
    answer = await visit.calls.fetch(
        path_of("audit", "events"),
        after=query.get("after", "0"),
        limit=at_most(query.get("limit", "")),
        stream=[stream] if stream else None,
    )
    headers = {"Content-Disposition": 'attachment; filename="tocsin-events.ndjson"'}
    return Response(answer.content, media_type="application/x-ndjson", headers=headers)


def at_most(wanted: str) -> int:
    """Return how many events are given at once: the answer is held in memory."""
    return min(int(wanted), MOST) if wanted.isdecimal() else MOST


ROUTES = (page("/audit/export", export),)
