"""Ping: one heartbeat says that it is there, that its job has begun, or that it has failed."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request

from events.configuration.heartbeat import (
    AGGREGATE,
    HeartbeatDefined,
    HeartbeatId,
    HeartbeatNotFound,
    heartbeat_decider,
)
from events.loading import load
from events.log.intake.heartbeats import PingKind
from services.api.intake.source import OpenApi
from services.api.intake.streamed_body import pieces_of
from services.intake.arrival import Arrival, Intake

METHODS: Final = ("POST", "GET", "PUT", "PATCH", "HEAD")  # whatever a job's tool can do
# What a job says besides, such as its output, is read to the end and not kept.
ANY_BODY: Final[OpenApi] = {"required": False, "content": {"*/*": {"schema": {}}}}
LONGEST: Final = 63
_OTHER: Final = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """What came in: which heartbeat, as its sender names it, and what of it."""

    named: str
    kind: PingKind | None = PingKind.SUCCESS  # None: it changes nothing
    started: float = field(default_factory=time.perf_counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinged:
    """A ping that is stored."""

    heartbeat_id: HeartbeatId
    request_id: str
    took: float  # seconds


@dataclass(slots=True)
class Unread:
    """Reads nothing of the body: the address says it all."""

    ping: Ping

    def feed(self, part: bytes) -> None:
        """Pass over the next bytes."""

    def finish(self) -> Ping:
        """Return the ping."""
        return self.ping


def any_ping(arrival: Arrival) -> Unread:
    """Return the reader of a ping that names its heartbeat in the path, or in `?name=`."""
    return Unread(Ping(named=arrival.named.get("name") or arrival.query.get("name", "")))


async def passed_over(request: Request) -> AsyncIterator[bytes]:
    """Yield what a job sends with its ping, if anything."""
    async for piece in pieces_of(request):
        yield piece


def heartbeat_named(text: str) -> HeartbeatId:
    """Return a heartbeat's id by the name that its sender knows: `Nightly Backup`."""
    return HeartbeatId(_OTHER.sub("-", text.lower()).strip("-._")[:LONGEST])


async def take_ping(ping: Ping, intake: Intake) -> Pinged:
    """Store that a heartbeat was heard.

    Raises: HeartbeatNotFound (unknown, ended, or another integration's), LogUnavailable.
    """
    heartbeat_id = heartbeat_named(ping.named)
    state: Any = None
    if heartbeat_id:
        state, _ = await load(intake.log, heartbeat_decider, AGGREGATE.stream(heartbeat_id))
    mine = intake.sender.integration_id
    if not isinstance(state, HeartbeatDefined) or state.integration_id != mine:
        raise HeartbeatNotFound(
            f"This integration has no heartbeat {heartbeat_id or ping.named!r}:"
            " define it with `tocsin heartbeats set`."
        )
    if ping.kind is not None:
        await intake.hear(heartbeat_id, ping.kind)
    return Pinged(
        heartbeat_id=heartbeat_id,
        request_id=intake.metadata.correlation_id or "",
        took=round(time.perf_counter() - ping.started, 3),
    )
