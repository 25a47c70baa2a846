"""Running windows: the maintenance windows that hold alerts back, as the log has them now.

Each question reads what has changed since the last one, so that a window counts for the first alert
after its answer, and holds nothing back any more with the first after its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from events.ids import ServiceId
from events.loading import folded
from events.log.lookup.shared_reads import SharedReads
from events.log.lookup.watched import Watched
from events.log.store import Log
from events.maintenance_window.decide import maintenance_window_decider
from events.maintenance_window.events import MaintenanceWindowDefined
from events.maintenance_window.holding import holds
from events.maintenance_window.state import MaintenanceWindow
from events.routing.alert_facts import AlertFacts
from events.routing.holding import HoldAsked, HoldReason

MOST_NAMED: Final = 20  # windows that hold one alert back
NEWS: Final = "news"  # all that is ever asked of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWindow:
    """A window that runs, and until when."""

    defined: MaintenanceWindowDefined
    ends_at: datetime


def holding(
    running: Iterable[RunningWindow], facts: AlertFacts, service_id: ServiceId
) -> tuple[HoldAsked, ...]:
    """Return what the windows ask for an alert of this service: those that fit it. Pure."""
    found = (
        HoldAsked(
            reason=HoldReason.MAINTENANCE,
            by=one.defined.name,
            owner=one.defined.maintenance_window_id,
        )
        for one in running
        if holds(one.defined, facts, service_id)
    )
    return tuple(found)[:MOST_NAMED]


@dataclass(slots=True)
class _Known:
    """A window as it was read last."""

    window: MaintenanceWindow
    version: int  # of its stream


@dataclass(slots=True)
class RunningWindows:
    """Reads on in the log at each question, and keeps what it has read."""

    position: int = 0  # up to which it has read
    windows: dict[str, _Known] = field(default_factory=dict[str, _Known])  # by stream
    _running: tuple[RunningWindow, ...] = ()
    _from: datetime | None = None  # they run so from here on
    _until: datetime | None = None  # to there; None: until one is changed
    _reads: SharedReads[Log, str, None] = field(init=False)

    def __post_init__(self) -> None:
        """Let those who ask at the same time share a read."""
        self._reads = SharedReads(self._read_on)

    async def at(self, log: Log, at: datetime) -> Sequence[RunningWindow]:
        """Return the windows that run at an instant, with all that was changed before the question.

        Raises: LogUnavailable.
        """
        await self.read_on(log)
        if self._from is None or at < self._from or (self._until and at >= self._until):
            self._look(at)
        return self._running

    async def known(self, log: Log) -> dict[str, MaintenanceWindow]:
        """Return every window by its stream, with all that was changed before the question.

        Raises: LogUnavailable.
        """
        await self.read_on(log)
        return {stream: one.window for stream, one in self.windows.items()}

    async def read_on(self, log: Log) -> None:
        """Read what has changed.

        Raises: LogUnavailable.
        """
        await self._reads.answers(log, [NEWS])

    async def _read_on(self, log: Log, asked: Sequence[str]) -> dict[str, None]:
        changed = await log.changed(Watched.MAINTENANCE, self.position)
        if changed.head < self.position:  # an older log was restored
            self.position, self._from = 0, None
            self.windows.clear()
            changed = await log.changed(Watched.MAINTENANCE, 0)
        if changed.streams:
            await self._read(log, changed.streams)
        self.position = max(self.position, changed.head)
        return dict.fromkeys(asked)

    async def _read(self, log: Log, streams: Sequence[str]) -> None:
        stored = await log.read_since(streams, ())
        for stream, events in stored.items():
            window, version = await folded(log, maintenance_window_decider, events)
            known = self.windows.get(stream)
            if known is None or known.version < version:
                self.windows[stream] = _Known(window, version)
        self._from = None

    def _look(self, at: datetime) -> None:
        found: list[RunningWindow] = []
        changes: list[datetime] = []
        for known in self.windows.values():
            window = known.window
            occurrence = window.running_at(at)
            if window.newest is not None and occurrence is not None:
                found.append(RunningWindow(defined=window.newest, ends_at=occurrence.ends_at))
            if (change := window.next_change_after(at)) is not None:
                changes.append(change)
        # The one that ends last asks first: an alert is then held by one window all the time.
        found.sort(key=lambda one: (-one.ends_at.timestamp(), one.defined.maintenance_window_id))
        self._running, self._from = tuple(found), at
        self._until = min(changes, default=None)


# It keeps no log alive: a trial has one of its own.
_kept: WeakKeyDictionary[Log, RunningWindows] = WeakKeyDictionary()


def running_windows(log: Log) -> RunningWindows:
    """Return what was read of a log's windows; the same object for the same log."""
    return _kept.setdefault(log, RunningWindows())
