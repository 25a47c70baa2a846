"""Maintenance window state, folded from its events: what it holds back, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, assert_never

from events.maintenance_window.events import (
    EndCause,
    MaintenanceWindowCancelled,
    MaintenanceWindowDefined,
    MaintenanceWindowEnded,
    MaintenanceWindowEvent,
    MaintenanceWindowExtended,
    MaintenanceWindowReported,
)
from events.maintenance_window.timing import Occurrence, Timing, begun, next_start

MOVED_KEPT: Final = 20  # ends; older ones are long over


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindow:
    """A maintenance window as its rules see it."""

    newest: MaintenanceWindowDefined | None = None
    revision: int = 0  # how often it was defined
    moved_ends: Mapping[datetime, datetime] = field(default_factory=dict[datetime, datetime])
    cancelled_at: datetime | None = None
    unreported: Mapping[Occurrence, EndCause] = field(default_factory=dict[Occurrence, EndCause])
    reported_until: datetime | None = None  # all that ended up to then

    @property
    def timing(self) -> Timing:
        """Return when it runs."""
        return timing_of(self.newest) if self.newest else Timing()

    def goes_on_as(self, timing: Timing) -> bool:
        """Return whether it has these times already, and was not cancelled."""
        known = self.newest is not None and self.cancelled_at is None
        return known and self.timing == timing

    def running_at(self, at: datetime) -> Occurrence | None:
        """Return the occurrence that runs at an instant; of several, the one that began last."""
        if self.newest is None or self.cancelled_at is not None:
            return None
        since = max(
            at, self.reported_until or at
        )  # what is reported is over, whatever a clock says
        running = begun(self.timing, self.moved_ends, since, at)
        return running[0] if running else None

    def next_change_after(self, at: datetime) -> datetime | None:
        """Return when it begins or ceases to run next, if nobody changes it."""
        if self.newest is None or self.cancelled_at is not None:
            return None
        ends = [one.ends_at for one in begun(self.timing, self.moved_ends, at, at)]
        starts_at = next_start(self.timing, at)
        return min([*ends, *([starts_at] if starts_at else [])], default=None)

    def to_report(self, at: datetime) -> dict[Occurrence, EndCause]:
        """Return the occurrences that are over and not reported, the first that ended first."""
        scheduled: list[Occurrence] = []
        if self.reported_until is not None and self.cancelled_at is None:
            scheduled = begun(self.timing, self.moved_ends, self.reported_until, at)
        over = [one for one in scheduled if one.ends_at <= at]
        found = {**dict.fromkeys(over, EndCause.SCHEDULED), **self.unreported}
        return dict(sorted(found.items(), key=lambda one: (one[0].ends_at, one[0].starts_at)))


INITIAL = MaintenanceWindow()


def timing_of(defined: MaintenanceWindowDefined) -> Timing:
    """Return when a window runs, as it was defined."""
    return Timing(
        starts_at=defined.starts_at, ends_at=defined.ends_at, recurrence=defined.recurrence
    )


def evolve(window: MaintenanceWindow, event: MaintenanceWindowEvent) -> MaintenanceWindow:
    """Return the window after the event; never refuses."""
    match event:
        case MaintenanceWindowDefined():
            after = replace(window, newest=event, revision=window.revision + 1, cancelled_at=None)
            if window.goes_on_as(timing_of(event)):
                return after
            return replace(after, moved_ends={}, reported_until=event.defined_at)
        case MaintenanceWindowExtended():
            return _moved(window, event.starts_at, event.until)
        case MaintenanceWindowEnded():
            over = Occurrence(starts_at=event.starts_at, ends_at=event.ended_at)
            unreported = {**window.unreported, over: event.cause}
            return replace(_moved(window, event.starts_at, event.ended_at), unreported=unreported)
        case MaintenanceWindowCancelled():
            return replace(window, cancelled_at=event.cancelled_at)
        case MaintenanceWindowReported():
            return _reported(window, event)
        case _:
            assert_never(event)


def _moved(window: MaintenanceWindow, starts_at: datetime, ends_at: datetime) -> MaintenanceWindow:
    moved = {**window.moved_ends, starts_at: ends_at}
    return replace(window, moved_ends=dict(sorted(moved.items())[-MOVED_KEPT:]))


def _reported(window: MaintenanceWindow, event: MaintenanceWindowReported) -> MaintenanceWindow:
    over = Occurrence(starts_at=event.starts_at, ends_at=event.ended_at)
    unreported = {one: cause for one, cause in window.unreported.items() if one != over}
    # They are reported in the order of their ends, so nothing that ended before is left out.
    until = max(window.reported_until or event.ended_at, event.ended_at)
    return replace(window, unreported=unreported, reported_until=until)
