"""Maintenance window rules: it runs when it says, and its end is final once it is reported."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.definition import fact_of, says_the_same
from events.ids import MaintenanceWindowId
from events.maintenance_window.checking import require_conditions, require_length, timing_for
from events.maintenance_window.commands import (
    CancelMaintenanceWindow,
    DefineMaintenanceWindow,
    EndMaintenanceWindow,
    ExtendMaintenanceWindow,
    MaintenanceWindowCommand,
    ReportMaintenanceWindow,
)
from events.maintenance_window.events import (
    MAINTENANCE_WINDOW_EVENTS,
    EndCause,
    MaintenanceWindowCancelled,
    MaintenanceWindowDefined,
    MaintenanceWindowEnded,
    MaintenanceWindowEvent,
    MaintenanceWindowExtended,
    MaintenanceWindowReported,
)
from events.maintenance_window.refusals import (
    MaintenanceWindowNotFound,
    MaintenanceWindowNotRunning,
    MaintenanceWindowRefused,
)
from events.maintenance_window.state import INITIAL, MaintenanceWindow, evolve
from events.maintenance_window.timing import Occurrence


def decide(
    command: MaintenanceWindowCommand, window: MaintenanceWindow
) -> list[MaintenanceWindowEvent]:
    """Return the facts this command leads to, none if it is already so."""
    match command:
        case DefineMaintenanceWindow():
            return define(command, window)
        case ExtendMaintenanceWindow():
            return extend(command, window)
        case EndMaintenanceWindow():
            return end(command, window)
        case CancelMaintenanceWindow():
            return cancel(command, window)
        case ReportMaintenanceWindow():
            return report(command, window)
        case _:
            assert_never(command)


def define(
    command: DefineMaintenanceWindow, window: MaintenanceWindow
) -> list[MaintenanceWindowEvent]:
    """Plan a window or change it; what runs and does not any more is over.

    Raises: MaintenanceWindowRefused, UnknownZone, RecurrenceInvalid.
    """
    require_conditions(command)
    timing = timing_for(command, window)
    wanted = replace(command, starts_at=timing.starts_at, ends_at=timing.ends_at)
    fact = fact_of(MaintenanceWindowDefined, wanted)
    if window.goes_on_as(timing):
        return [] if says_the_same(window.newest, fact, wanted) else [fact]
    running = window.running_at(command.at)
    after = evolve(window, fact).running_at(command.at)
    goes_on = running is not None and after is not None and running.starts_at == after.starts_at
    over = [one for one in window.to_report(command.at) if one not in window.unreported]
    ended = [
        _ended(window.newest, one.starts_at, EndCause.SCHEDULED, "", command, one.ends_at)
        for one in over
        if window.newest is not None
    ]
    if running is not None and not goes_on and window.newest is not None:
        starts_at = running.starts_at
        ended.append(_ended(window.newest, starts_at, EndCause.CHANGED, command.reason, command))
    return [*ended, fact]


def extend(
    command: ExtendMaintenanceWindow, window: MaintenanceWindow
) -> list[MaintenanceWindowEvent]:
    """Have what runs end later. What is over stays over: its alerts may have paged by then.

    Raises: MaintenanceWindowNotFound, MaintenanceWindowNotRunning, MaintenanceWindowRefused.
    """
    newest, running = _running(window, command.at)
    if running is None:
        raise _not_running(newest, window, command.at)
    if command.until == running.ends_at:
        return []
    if command.until < running.ends_at:
        raise MaintenanceWindowRefused(
            f"It runs until {running.ends_at:%Y-%m-%d %H:%M} UTC, which is later: end it, or change"
            " its times.",
            field="until",
        )
    require_length(running.starts_at, command.until, "until")
    return [
        MaintenanceWindowExtended(
            maintenance_window_id=newest.maintenance_window_id,
            starts_at=running.starts_at,
            until=command.until,
            reason=command.reason,
            extended_by=command.actor.name,
            extended_at=command.at,
        )
    ]


def end(command: EndMaintenanceWindow, window: MaintenanceWindow) -> list[MaintenanceWindowEvent]:
    """End what runs; ended once, it is ended.

    Raises: MaintenanceWindowNotFound, MaintenanceWindowNotRunning.
    """
    newest, running = _running(window, command.at)
    if running is None:
        raise _not_running(newest, window, command.at)
    return [_ended(newest, running.starts_at, EndCause.ENDED, command.reason, command)]


def cancel(
    command: CancelMaintenanceWindow, window: MaintenanceWindow
) -> list[MaintenanceWindowEvent]:
    """Cancel the window; what runs of it is over.

    Raises: MaintenanceWindowNotFound.
    """
    newest, running = _running(window, command.at)
    if window.cancelled_at is not None:
        return []
    ended: list[MaintenanceWindowEvent] = [
        _ended(newest, one.starts_at, EndCause.SCHEDULED, "", command, one.ends_at)
        for one in window.to_report(command.at)
        if one not in window.unreported
    ]
    if running is not None:
        cause = EndCause.CANCELLED
        ended.append(_ended(newest, running.starts_at, cause, command.reason, command))
    return [
        *ended,
        MaintenanceWindowCancelled(
            maintenance_window_id=newest.maintenance_window_id,
            reason=command.reason,
            cancelled_by=command.actor.name,
            cancelled_at=command.at,
        ),
    ]


def report(
    command: ReportMaintenanceWindow, window: MaintenanceWindow
) -> list[MaintenanceWindowEvent]:
    """Report an occurrence that is over, once; one that was extended meanwhile is not over."""
    cause = window.to_report(command.at).get(command.occurrence)
    if cause is None or window.newest is None:
        return []
    return [
        MaintenanceWindowReported(
            maintenance_window_id=window.newest.maintenance_window_id,
            name=window.newest.name,
            starts_at=command.occurrence.starts_at,
            ended_at=command.occurrence.ends_at,
            cause=cause,
            held=command.held,
            resolved=command.resolved,
            firing=command.firing,
            reported_at=command.at,
        )
    ]


def _running(
    window: MaintenanceWindow, at: datetime
) -> tuple[MaintenanceWindowDefined, Occurrence | None]:
    if window.newest is None:
        raise MaintenanceWindowNotFound("No such maintenance window.")
    return window.newest, window.running_at(at)


def _not_running(
    newest: MaintenanceWindowDefined, window: MaintenanceWindow, at: datetime
) -> MaintenanceWindowNotRunning:
    begins_at = None if window.cancelled_at else window.next_change_after(at)
    when = f"it runs next from {begins_at:%Y-%m-%d %H:%M} UTC" if begins_at else "it is over"
    return MaintenanceWindowNotRunning(
        f"Maintenance window {newest.name} does not run now, {when}: change its times instead."
    )


def _ended(
    newest: MaintenanceWindowDefined,
    starts_at: datetime,
    cause: EndCause,
    reason: str,
    command: DefineMaintenanceWindow | EndMaintenanceWindow | CancelMaintenanceWindow,
    ended_at: datetime | None = None,
) -> MaintenanceWindowEnded:
    return MaintenanceWindowEnded(
        maintenance_window_id=newest.maintenance_window_id,
        starts_at=starts_at,
        cause=cause,
        reason=reason,
        ended_by=command.actor.name,
        ended_at=ended_at or command.at,
    )


maintenance_window_decider: Decider[
    MaintenanceWindowCommand, MaintenanceWindow, MaintenanceWindowEvent
] = Decider(initial=INITIAL, decide=decide, evolve=evolve, event_types=MAINTENANCE_WINDOW_EVENTS)

AGGREGATE = Aggregate(
    noun="maintenance_window",
    id=MaintenanceWindowId,
    decider=maintenance_window_decider,
    commands=MaintenanceWindowCommand,
)
