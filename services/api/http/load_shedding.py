"""Overload: reads are shed first, then work of low urgency; alerts and acknowledgements never.

Each kind of work has its own room, so that a flood of one kind never holds up a more urgent one.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.errors import LogOverloaded
from services.access.permissions import Permission

WAIT_SECONDS: Final = 1.0  # for room; who waits longer would be answered too late anyway


class Urgency(StrEnum):
    """How much a request matters while there is too much to do, the least first."""

    READ = "read"
    LOW = "low"  # configuration: it can be changed a minute later
    HIGH = "high"  # declarations and commands
    NEVER_SHED = "never_shed"  # alerts, acknowledgements, health


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of a kind of work is taken at once, and how much of it may wait for that."""

    at_once: int
    waiting: int


# Reads and configuration together leave a fifth of the connections to what matters more.
ROOMS: Final[Mapping[Urgency, Room]] = {
    Urgency.READ: Room(at_once=12, waiting=100),
    Urgency.LOW: Room(at_once=4, waiting=50),
    Urgency.HIGH: Room(at_once=200, waiting=400),
}
_LOW: Final = frozenset(
    {Permission.CONFIGURATION_WRITE, Permission.API_KEY_MANAGE, Permission.SUBJECT_FORGET}
)
_READS: Final = frozenset(
    {
        Permission.INCIDENT_READ,
        Permission.LOG_READ,
        Permission.CONFIGURATION_READ,
        Permission.API_KEY_READ,
    }
)
_ACKNOWLEDGEMENT: Final = "/acknowledgement"


class Overloaded(LogOverloaded):
    """Too many requests of this kind are waiting; this one was not taken."""


def urgency_of(permission: Permission | None, path: str) -> Urgency:
    """Return the urgency of an operation; one that is open to everybody is never shed."""
    if permission is None or path.endswith(_ACKNOWLEDGEMENT):
        return Urgency.NEVER_SHED
    if permission in _READS:
        return Urgency.READ
    if permission is Permission.METRICS_READ:
        return Urgency.NEVER_SHED  # whoever watches must see the overload
    return Urgency.LOW if permission in _LOW else Urgency.HIGH


class Lanes:
    """The rooms of one process, and how many requests found theirs full."""

    def __init__(self, rooms: Mapping[Urgency, Room] = ROOMS) -> None:
        self.shed = dict.fromkeys(rooms, 0)
        self._lanes = {urgency: _Lane(room) for urgency, room in rooms.items()}

    @asynccontextmanager
    async def entered(self, urgency: Urgency) -> AsyncIterator[None]:
        """Hold a place while the block runs; what is never shed needs none.

        Raises: Overloaded.
        """
        lane = self._lanes.get(urgency)
        if lane is None:
            yield
            return
        if not await lane.enter():
            self.shed[urgency] += 1
            raise Overloaded(f"Too many requests of urgency {urgency} are waiting.")
        try:
            yield
        finally:
            lane.leave()


class _Lane:
    def __init__(self, room: Room) -> None:
        self._places = asyncio.Semaphore(room.at_once)
        self._may_wait = room.waiting
        self._waiting = 0

    async def enter(self) -> bool:
        """Take a place, at once or after a moment; say whether there was one."""
        if not self._places.locked():
            return await self._places.acquire()
        if self._waiting >= self._may_wait:
            return False
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await self._places.acquire()
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place to whoever waits longest."""
        self._places.release()
