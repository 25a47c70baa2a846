"""Event streams: NDJSON up to the log's end, or server-sent events that go on."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Final

from events.errors import CommandRejected, LogFault
from services.access.dependencies import ReadDependencies
from services.access.visibility import members_of_private
from services.live.event_filter import Chosen
from services.live.live_feed import Ending, Listener, LiveFeed
from services.live.log_reader import PART, Part, read_chosen

HEARTBEAT_SECONDS: Final = 15.0
ASK_SECONDS: Final = 5.0  # between two looks at the caller's key, where nothing says it is revoked
RETRY_SECONDS: Final = (0.5, 2.5)  # so that the clients of a process that stops do not come at once

type Admitted = Callable[[], Awaitable[object]]


class Admission:
    """Access check of a stream: asked again and again, since the key may be revoked."""

    def __init__(self, admitted: Admitted) -> None:
        self._admitted = admitted
        self._clock = asyncio.get_running_loop().time
        self._asked = self._clock()

    async def lost(self, *, in_doubt: bool = False) -> str | None:
        """Return why the caller may not listen any more, None if it may, or did so just now."""
        if not in_doubt and self._clock() - self._asked < ASK_SECONDS:
            return None
        self._asked = self._clock()
        try:
            await self._admitted()
        except CommandRejected as refusal:
            return refusal.detail
        except LogFault:
            return None
        return None


class BrokenOff(Exception):
    """The process stops before the stream has come to its end."""


async def lines(
    dependencies: ReadDependencies,
    live_feed: LiveFeed,
    chosen: Chosen,
    between: tuple[int, int],
    limit: int | None,
    admitted: Admitted,
) -> AsyncGenerator[bytes]:
    """Yield the chosen events between two positions, a line each.

    Raises: LogUnavailable, BrokenOff.
    """
    admission, left = Admission(admitted), limit
    after, until = between
    async for part in read_chosen(dependencies, chosen, after, until):
        if (reason := await admission.lost()) is not None:
            raise BrokenOff(reason)
        events = part.events if left is None else part.events[:left]
        if events:
            yield b"".join(live_feed.encode(event) + b"\n" for event in events)
        if left is not None:
            left -= len(events)
            if left == 0:
                return
        if live_feed.closing:
            raise BrokenOff(f"stopping after position {part.position}")


async def server_sent(
    dependencies: ReadDependencies,
    live_feed: LiveFeed,
    chosen: Chosen,
    after: int,
    admitted: Admitted,
) -> AsyncGenerator[bytes]:
    """Yield the chosen events above a position, and then those to come, for ever.

    Raises: LogUnavailable, LogOverloaded.
    """
    log, position, admission = dependencies.log, after, Admission(admitted)
    retry = random.uniform(*RETRY_SECONDS)  # noqa: S311  no secret
    yield f"retry: {retry * 1000:.0f}\n{_id(position)}\n".encode()
    while await log.head() > position + PART:  # what is long past does not wait in a buffer
        async for part in read_chosen(dependencies, chosen, position, await log.head()):
            reason = Ending.STOPPING if live_feed.closing else await admission.lost()
            if reason is not None:
                yield _farewell(reason, position)
                return
            position = part.position
            yield _messages(part, live_feed) or f"{_id(position)}\n".encode()
    members = partial(members_of_private, dependencies)
    async with live_feed.listening(log, chosen, members) as listener:
        async for part in read_chosen(dependencies, chosen, position, listener.begins):
            position = part.position
            if part.events:
                yield _messages(part, live_feed)
        async for chunk in _live(listener, position, admission):
            yield chunk


async def _live(listener: Listener, position: int, admission: Admission) -> AsyncGenerator[bytes]:
    while True:
        messages = await listener.messages(HEARTBEAT_SECONDS)
        in_doubt, listener.in_doubt = listener.in_doubt, False
        if (reason := await admission.lost(in_doubt=in_doubt)) is not None:
            yield _farewell(reason, position)
            return
        new = [one for one in messages if one[0] > position]  # a client may be ahead of the reader
        if new:
            position = new[-1][0]
            yield b"".join(_message(*one) for one in new)
        elif listener.ending is not None:
            yield _farewell(listener.ending, position)
            return
        elif not messages:
            position = max(position, listener.position)
            yield f"{_id(position)}: nothing else so far\n\n".encode()


def _messages(part: Part, live_feed: LiveFeed) -> bytes:
    return b"".join(_message(one.position, live_feed.encode(one)) for one in part.events)


def _message(position: int, data: bytes) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (position, data)


def _id(position: int) -> str:
    return f"id: {position}\n"


def _farewell(reason: str, position: int) -> bytes:
    data = json.dumps({"reason": reason, "resume_after": str(position)})
    return f"event: end\ndata: {data}\n\n".encode()
