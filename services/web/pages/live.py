"""Live: the stream of one open page."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, cast

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from events.errors import LogFault
from services.request_refusals import ProjectionBehind
from services.web.addresses import ours
from services.web.live.live import SIGNED_OUT, Live
from services.web.live.painting import Address, page_at
from services.web.live.stream import LiveAnswer, chunks_for, gone
from services.web.outside import unavailable
from services.web.page import SignedInRoute, visit_of
from services.web.visit import Visit

NO_SUCH: Final = "There is no live page at this address.\n"


async def follow(request: Request) -> Response:
    """Stream what changes on a page, to whoever may see it, for as long as they may."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return PlainTextResponse("Another site asked for this.\n", status_code=403)
    try:
        visit = await visit_of(request, acts=False)
    except LogFault:
        return unavailable(request)
    if visit is None:
        return LiveAnswer(_only(gone(SIGNED_OUT)))
    address = Address.of(ours(visit.query.get("of")) or "")
    if page_at(request, address) is None or address.is_past:
        return PlainTextResponse(NO_SUCH, status_code=404)
    chunks = _followed(cast("Live", request.app.state.live), visit, address)
    try:
        first = await anext(chunks)  # so that what hinders it is an answer of its own
    except (LogFault, ProjectionBehind):
        return unavailable(request)
    return LiveAnswer(_with(first, chunks))


async def _followed(live: Live, visit: Visit, address: Address) -> AsyncGenerator[bytes]:
    found = page_at(visit.request, address)
    if found is None:
        return
    async with (
        live.viewing(visit, address, *found) as viewer,
        aclosing(chunks_for(live, viewer)) as chunks,
    ):
        async for chunk in chunks:
            yield chunk


async def _with(first: bytes, chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(chunks) as rest:
        yield first
        async for chunk in rest:
            yield chunk


async def _only(message: bytes) -> AsyncGenerator[bytes]:
    yield message


ROUTES = (SignedInRoute("/live", follow, methods=["GET"]),)
