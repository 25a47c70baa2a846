"""Live stream: server-sent events for one open page."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import datetime
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from events.errors import LogFault
from services.request_refusals import ProjectionBehind
from services.web.live.audience import Viewer
from services.web.live.live import Live
from services.web.live.shown import message

ALIVE: Final = 4.0  # seconds between two signs of life
ASK: Final = 10.0  # seconds between two looks at the session, where nothing says it ended
ASK_AGAIN: Final = 1.0  # after something did: its row may end a moment later
STALL: Final = 10.0  # seconds in which a browser takes nothing
BEHIND: Final = 2.0  # seconds from which on a page says that it is behind
HEADERS: Final = ((b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"))


class LiveAnswer(Response):
    """Live answer: goes on until the browser leaves, or takes nothing any more."""

    def __init__(self, chunks: AsyncGenerator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the chunks as they come."""
        start: dict[str, Any] = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": list(HEADERS)})
        left = asyncio.create_task(_left(receive))
        try:
            async with aclosing(self._chunks) as chunks:
                async for chunk in chunks:
                    if left.done():
                        return
                    async with asyncio.timeout(STALL):
                        await send(_part(chunk, more=True))
            await send(_part(b"", more=False))
        except TimeoutError:
            return  # the connection is cut: an answer without its end
        finally:
            left.cancel()
            with suppress(asyncio.CancelledError):
                await left


def _part(chunk: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": chunk, "more_body": more}


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def chunks_for(live: Live, viewer: Viewer) -> AsyncGenerator[bytes]:
    """Yield what changes on the page, and signs of life between."""
    clock = time.monotonic
    alive_at = clock()
    ask_at = clock() + ASK
    while not live.stopping:
        if viewer.in_doubt or clock() >= ask_at:
            ask_at = clock() + (ASK_AGAIN if viewer.in_doubt else ASK)
            viewer.in_doubt = False
            with suppress(LogFault, ProjectionBehind):
                await live.still_there(viewer)
        if viewer.lost is not None:
            yield gone(viewer.lost)
            return
        if (news := news_for(live, viewer)) is not None:
            yield news
        if clock() >= alive_at:
            alive_at = clock() + ALIVE
            yield _alive(live, viewer, asyncio.get_running_loop().time())
        await viewer.stirred(max(0.0, min(alive_at, ask_at) - clock()))


def news_for(live: Live, viewer: Viewer) -> bytes | None:
    """Return the regions that look different from what the browser has, None if all are alike."""
    shown = viewer.audience.shown if viewer.audience else None
    names = shown.news_for(viewer.seen) if shown else frozenset[str]()
    if shown is None or not names:
        return None
    live.shows(viewer)
    viewer.seen |= {name: shown.digests[name] for name in names}
    return live.own(shown.message(names), viewer.visit)


def gone(reason: str) -> bytes:
    """Return the last event of a page that may not be seen any more."""
    return message("gone", json.dumps({"reason": reason}))


def _alive(live: Live, viewer: Viewer, now: float) -> bytes:
    audience = viewer.audience
    shown = audience.shown if audience else None
    stale_since = audience.stale_since if audience else None
    behind = 0.0 if stale_since is None else now - stale_since
    facts = {
        "at": _instant(viewer.visit.request.app.state.web.clock()),
        "behind": round(behind) if behind >= BEHIND else 0,
    }
    return message("alive", json.dumps(facts), shown.position if shown else live.position)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
