"""Dependencies of routes: built once by the process and handed to the app."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from activities.delivery.fetching import Fetch, fetched
from events.log.intake.arrivals import Arrivals
from events.log.intake.dead_letters import DeadLetters
from projections.paging.channel_health import SettledDeliveries
from services.api.http.dependencies import HttpDependencies
from services.api.reading.event_view import event_json
from services.api.reading.shared_look import SharedLook
from services.intake.arrival import Note, unnoted
from services.intake.openings import Openings
from services.intake.sender_looks import SenderLooks
from services.intake.turns import Turns
from services.live.live_feed import LiveFeed

STORMS: Final = 2  # large notifications that are stored at once; others wait their turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies(HttpDependencies):
    """Everything outside of the process that a request may touch, and what requests share."""

    arrivals: Arrivals
    dead_letters: DeadLetters
    live_feed: LiveFeed = field(default_factory=lambda: LiveFeed(event_json))
    health: SharedLook[list[str]] = field(default_factory=SharedLook[list[str]])
    settled: SettledDeliveries = field(default_factory=SettledDeliveries)
    losses: Counter[tuple[str, str]] = field(default_factory=Counter)  # by source and why
    fetch: Fetch = fetched  # what a sender names at its maker's
    openings: Openings = field(default_factory=Openings)  # of incidents, by integration
    note: Note = unnoted  # until when alerts fire
    senders: SenderLooks = field(default_factory=SenderLooks)
    turns: Turns = field(default_factory=Turns)  # of messages about one alert each
    storms: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STORMS))


async def _provided(request: Request) -> Dependencies:  # a plain function would cost a thread
    return cast("Dependencies", request.app.state.dependencies)


Deps = Annotated[Dependencies, Depends(_provided)]
