"""Audience: all who look at the same page and see the same of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from starlette.types import Scope

from services.access.callers import Session
from services.web.live.painting import Address
from services.web.live.shown import Shown
from services.web.page import PageRoute
from services.web.visit import Visit

PACE: Final = 0.25  # seconds between two paintings of one page, at least
REFRESH: Final = 30.0  # seconds without news: what was due may be late by now


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """Sight: the incidents that a viewer must not know of, mostly the same set for all."""

    hidden: frozenset[UUID]

    def __eq__(self, other: object) -> bool:
        """Say whether the same is hidden; ten thousands are compared only if it is not one set."""
        return isinstance(other, Sight) and (
            self.hidden is other.hidden or self.hidden == other.hidden
        )

    def __hash__(self) -> int:
        """Return a number that is the same for the same sight."""
        return hash(self.hidden)


@dataclass(frozen=True, slots=True)
class Key:
    """Key: what two viewers have in common who are sent the same."""

    address: Address
    zone: str
    rights: tuple[object, ...]
    sight: Sight
    person: str | None  # of a page that shows each person something else


class Viewer:
    """Viewer: one open page of one person."""

    def __init__(self, visit: Visit, address: Address, route: PageRoute, scope: Scope) -> None:
        self.visit = visit
        self.address = address
        self.route = route
        self.scope = scope
        self.seen: dict[str, bytes] = {}  # the digest of each region that was sent
        self.audience: Audience | None = None
        self.in_doubt = False  # something happened to the account
        self.lost: str | None = None  # why there is nothing more to see
        self._news = asyncio.Event()

    @property
    def session(self) -> Session:
        """Return who looks, with the roles last heard of."""
        return self.visit.session

    def stir(self) -> None:
        """Have the viewer look at what there is to send."""
        self._news.set()

    async def stirred(self, seconds: float) -> None:
        """Wait until there may be something to send, but not longer.

        Units: seconds.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()


@dataclass(eq=False, kw_only=True)
class Audience:
    """Audience: its viewers, what they were shown last, and whether that is still so."""

    key: Key
    viewers: set[Viewer] = field(default_factory=set)
    shown: Shown | None = None
    about: UUID | None = None
    due_in: float | None = None  # seconds from the last painting: something becomes late
    stale_since: float | None = None  # on the loop's clock
    painting: asyncio.Task[None] | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Have the page painted anew, soon."""
        if self.stale_since is None:
            self.stale_since = asyncio.get_running_loop().time()
        self._woken.set()

    async def paint_forever(self, paint: Callable[["Audience"], Awaitable[None]]) -> None:
        """Paint whenever there is news, at most four times a second, and now and then without."""
        clock = asyncio.get_running_loop().time
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience()):
                    await self._woken.wait()
            self._woken.clear()
            began = clock()
            await paint(self)
            await asyncio.sleep(max(PACE - (clock() - began), clock() - began))

    def _patience(self) -> float:
        if self.due_in is None:
            return REFRESH
        return min(REFRESH, max(PACE, self.due_in + PACE))
