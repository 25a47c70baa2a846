"""Events as a stream that may last: NDJSON up to the log's end, server-sent events for ever."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import Final

import structlog
from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Send

from events.errors import CommandRejected, LogFault
from events.log.recorded import RecordedEvent
from services.api.chosen_events import Chosen
from services.api.dependencies import Dependencies
from services.api.event_reading import PART, read_chosen
from services.api.event_views import EventView
from services.api.refusals import ProjectionBehind
from services.api.seeing import members_of_private
from services.api.tail import Ending, Listener

NDJSON: Final = "application/x-ndjson"
SERVER_SENT: Final = "text/event-stream"
HEARTBEAT_SECONDS: Final = 15.0
RETRY_SECONDS: Final = (0.5, 2.5)  # so that the clients of a process that stops do not come at once

logs = structlog.get_logger(__name__)

type Admitted = Callable[[], Awaitable[object]]


class BrokenOff(Exception):
    """The process stops before the stream has come to its end."""


class EventStream(StreamingResponse):
    """An answer of chunks that is not bound to a request's deadline.

    When the chunks break off before their end, so does the answer: a client can tell.
    """

    def __init__(self, request: Request, chunks: AsyncGenerator[bytes], media_type: str) -> None:
        super().__init__(chunks, media_type=media_type, headers={"X-Accel-Buffering": "no"})
        request.state.streams = True
        self._chunks = chunks

    async def stream_response(self, send: Send) -> None:
        """Send the chunks as they come; the next one is made when there is room for it."""
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        async with aclosing(self._chunks) as chunks:
            try:
                async for chunk in chunks:
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except (LogFault, BrokenOff, ProjectionBehind) as reason:
                logs.warning("stream_broken_off", reason=str(reason))
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def lines(
    dependencies: Dependencies, chosen: Chosen, after: int, until: int, limit: int | None
) -> AsyncGenerator[bytes]:
    """Yield the chosen events between two positions, a line each.

    Raises: LogUnavailable, BrokenOff.
    """
    left = limit
    async for part in read_chosen(dependencies, chosen, after, until):
        events = part.events if left is None else part.events[:left]
        if events:
            yield b"".join(_json(EventView.of(event)) + b"\n" for event in events)
        if left is not None:
            left -= len(events)
            if left == 0:
                return
        if dependencies.tail.closing:
            raise BrokenOff(f"stopping after position {part.position}")


async def server_sent(
    dependencies: Dependencies, chosen: Chosen, after: int, admitted: Admitted
) -> AsyncGenerator[bytes]:
    """Yield the chosen events above a position, and then those to come, for ever.

    Raises: LogUnavailable, LogOverloaded.
    """
    log, position = dependencies.log, after
    retry = random.uniform(*RETRY_SECONDS)  # noqa: S311  no secret
    yield f"retry: {retry * 1000:.0f}\n{_id(position)}\n".encode()
    while await log.head() > position + PART:  # what is long past does not wait in a buffer
        async for part in read_chosen(dependencies, chosen, position, await log.head()):
            if dependencies.tail.closing:
                yield _farewell(Ending.STOPPING, position)
                return
            position = part.position
            yield b"".join(map(_event, part.events)) or f"{_id(position)}\n".encode()
    members = partial(members_of_private, dependencies)
    async with dependencies.tail.listening(log, chosen, members) as listener:
        async for part in read_chosen(dependencies, chosen, position, listener.begins):
            position = part.position
            if part.events:
                yield b"".join(map(_event, part.events))
        async for chunk in _live(listener, position, admitted):
            yield chunk


async def _live(listener: Listener, position: int, admitted: Admitted) -> AsyncGenerator[bytes]:
    clock = asyncio.get_running_loop().time
    asked = clock()
    while True:
        told = await listener.told(HEARTBEAT_SECONDS)
        new = [one for one in told if one[0] > position]  # a client may be ahead of the reader
        if new:
            position = new[-1][0]
            yield b"".join(_message(*one) for one in new)
        elif listener.ending is not None:
            yield _farewell(listener.ending, position)
            return
        elif not told:
            position = max(position, listener.position)
            yield f"{_id(position)}: nothing else so far\n\n".encode()
        if clock() - asked >= HEARTBEAT_SECONDS:
            asked = clock()
            if (reason := await _shut_out(admitted)) is not None:
                yield _farewell(reason, position)
                return


async def _shut_out(admitted: Admitted) -> str | None:
    """Return why the caller may not listen any more: its key may have been revoked."""
    try:
        await admitted()
    except CommandRejected as refusal:
        return refusal.detail
    except LogFault:
        return None
    return None


def _event(event: RecordedEvent) -> bytes:
    view = EventView.of(event)
    return _message(view.position, _json(view))


def _json(view: EventView) -> bytes:
    return view.model_dump_json().encode()


def _message(position: int, data: bytes) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (position, data)


def _id(position: int) -> str:
    return f"id: {position}\n"


def _farewell(reason: str, position: int) -> bytes:
    data = json.dumps({"reason": reason, "resume_after": str(position)})
    return f"event: end\ndata: {data}\n\n".encode()
