"""Load shedding: reads first, then work of low priority; alerts and acknowledgements never.

Each priority has a concurrency limit of its own, so that a flood of one never holds another up.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.errors import LogOverloaded
from services.access.permissions import Permission

WAIT_SECONDS: Final = 1.0  # for a place; who waits longer would be answered too late anyway


class Priority(StrEnum):
    """Priority: how much a request matters under overload, the least first."""

    READ = "read"
    LOW = "low"  # configuration: it can be changed a minute later
    HIGH = "high"  # declarations and commands
    NEVER_SHED = "never_shed"  # alerts, acknowledgements, health


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcurrencyLimit:
    """Concurrency limit: how many requests of a kind run at once, and how many may wait."""

    at_once: int
    waiting: int


# Reads and configuration together leave a fifth of the connections to what matters more.
LIMITS: Final[Mapping[Priority, ConcurrencyLimit]] = {
    Priority.READ: ConcurrencyLimit(at_once=12, waiting=100),
    Priority.LOW: ConcurrencyLimit(at_once=4, waiting=50),
    Priority.HIGH: ConcurrencyLimit(at_once=200, waiting=400),
}
_LOW: Final = frozenset(
    {
        Permission.CONFIGURATION_WRITE,
        Permission.TEAM_WRITE,
        Permission.PERSON_WRITE,
        Permission.ACCOUNT_MANAGE,
        Permission.ACCOUNT_INVITE,
        Permission.ACCOUNT_OWN,
        Permission.API_KEY_MANAGE,
        Permission.SUBJECT_FORGET,
    }
)
_READS: Final = frozenset(
    {
        Permission.INCIDENT_READ,
        Permission.LOG_READ,
        Permission.CONFIGURATION_READ,
        Permission.ACCOUNT_READ,
        Permission.API_KEY_READ,
    }
)
_ACKNOWLEDGEMENT: Final = "/acknowledgement"
_FIGURES: Final = "/v1/metrics/"  # read by people, and made of many rows: they may wait
_FEEDS: Final = "/v1/feeds/"  # open to whoever has the address, and read by programs every hour


class Overloaded(LogOverloaded):
    """Too many requests of this kind are waiting; this one was not taken."""


def priority_of(permission: Permission | None, path: str) -> Priority:
    """Return the priority of an operation; what is open to everybody is never shed, but feeds."""
    if permission is None and path.startswith(_FEEDS):
        return Priority.READ
    if permission is None or path.endswith(_ACKNOWLEDGEMENT):
        return Priority.NEVER_SHED
    if permission in _READS:
        return Priority.READ
    if permission is Permission.METRICS_READ:  # whoever watches must see the overload
        return Priority.READ if path.startswith(_FIGURES) else Priority.NEVER_SHED
    return Priority.LOW if permission in _LOW else Priority.HIGH


class LoadShedding:
    """The concurrency limits of one process, and how many requests each has turned away."""

    def __init__(self, limits: Mapping[Priority, ConcurrencyLimit] = LIMITS) -> None:
        self.shed = dict.fromkeys(limits, 0)
        self._limited = {priority: _Limited(limit) for priority, limit in limits.items()}

    @asynccontextmanager
    async def entered(self, priority: Priority) -> AsyncIterator[None]:
        """Hold a place while the block runs; what is never shed needs none.

        Raises: Overloaded.
        """
        limited = self._limited.get(priority)
        if limited is None:
            yield
            return
        if not await limited.enter():
            self.shed[priority] += 1
            raise Overloaded(f"Too many requests of priority {priority} are waiting.")
        try:
            yield
        finally:
            limited.leave()


class _Limited:
    def __init__(self, limit: ConcurrencyLimit) -> None:
        self._places = asyncio.Semaphore(limit.at_once)
        self._may_wait = limit.waiting
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
