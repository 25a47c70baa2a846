"""What the routes work with, built once by the process and handed to the app."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from events.log.database import Database
from events.log.dead_letters import DeadLetters
from events.log.inbox import Inbox
from events.log.store import Log
from projections.paging.channel_health import SettledDeliveries
from services.api.http.load_shedding import Lanes
from services.api.intake.loss_tally import LossTally
from services.api.reading.live_feed import Tail
from services.api.reading.shared_look import SharedLook
from services.commanding.refused import RefusedCommands
from services.settings import Settings
from services.temporal.gateway import TemporalGateway

STORMS: Final = 2  # large notifications that are stored at once; others wait their turn


def now() -> datetime:
    """Return the time; the only clock below the routes."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Everything outside of the process that a request may touch."""

    log: Log
    database: Database  # reads of projections and of the log's own tables
    inbox: Inbox
    refused: RefusedCommands
    dead_letters: DeadLetters
    temporal: TemporalGateway
    settings: Settings
    clock: Callable[[], datetime] = field(default=now)
    tail: Tail = field(default_factory=Tail)
    lanes: Lanes = field(default_factory=Lanes)
    health: SharedLook[list[str]] = field(default_factory=SharedLook[list[str]])
    settled: SettledDeliveries = field(default_factory=SettledDeliveries)
    losses: LossTally = field(default_factory=LossTally)
    storms: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STORMS))


def dependencies_of(request: Request) -> Dependencies:
    """Return what the app was built with."""
    return cast("Dependencies", request.app.state.dependencies)


async def _provided(request: Request) -> Dependencies:  # a plain function would cost a thread
    return dependencies_of(request)


Deps = Annotated[Dependencies, Depends(_provided)]
