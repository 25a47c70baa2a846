"""Checks of a maintenance window: times that make sense, conditions that can be read."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from events.maintenance_window.commands import DefineMaintenanceWindow
from events.maintenance_window.refusals import MaintenanceWindowRefused
from events.maintenance_window.state import MaintenanceWindow
from events.maintenance_window.timing import (
    LONGEST,
    Recurrence,
    Timing,
    begun,
    next_start,
    upcoming,
)
from events.on_call.recurrence import check_recurrence
from events.on_call.zones import require_zone
from events.routing.condition import require_condition
from events.routing.refusals import RoutingRulesRefused

LATE: Final = timedelta(minutes=5)  # a start so long past is now: somebody took a while to type
SHORTEST: Final = timedelta(minutes=1)
OLDEST: Final = timedelta(days=366)  # first start of a recurrence
FARTHEST: Final = timedelta(days=5 * 366)  # start to come
LOOKED_AT: Final = 400  # occurrences, which must not overlap


def timing_for(command: DefineMaintenanceWindow, window: MaintenanceWindow) -> Timing:
    """Return when the window shall run; a start that is not said, or only just past, is now.

    Raises: MaintenanceWindowRefused, UnknownZone, RecurrenceInvalid.
    """
    if command.recurrence is None:
        return _once(command, window)
    if command.starts_at is not None or command.ends_at is not None:
        raise MaintenanceWindowRefused(
            "Give starts_at and ends_at, or a recurrence, not both.", field="recurrence"
        )
    _require_recurrence(command.recurrence, command.at)
    timing = Timing(recurrence=command.recurrence)
    if next_start(timing, command.at) is None and not begun(timing, {}, command.at, command.at):
        raise MaintenanceWindowRefused(
            f"{command.recurrence.rrule} has no occurrence to come: give a later UNTIL or COUNT.",
            field="recurrence.rrule",
        )
    return timing


def require_conditions(command: DefineMaintenanceWindow) -> None:
    """Refuse conditions that nothing can be compared with.

    Raises: MaintenanceWindowRefused.
    """
    try:
        for number, condition in enumerate(command.conditions):
            require_condition(condition, f"conditions.{number}")
    except RoutingRulesRefused as refused:
        raise MaintenanceWindowRefused(refused.detail, **refused.facts) from None


def require_length(starts_at: datetime, ends_at: datetime, field: str) -> None:
    """Refuse an occurrence that nobody would call a maintenance any more, or that is none yet.

    Raises: MaintenanceWindowRefused.
    """
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        raise MaintenanceWindowRefused(
            f"{field}: a maintenance window lasts from a minute to {LONGEST.days} days. To page"
            " nobody for longer, take the escalation policy off the service.",
            field=field,
        )


def _once(command: DefineMaintenanceWindow, window: MaintenanceWindow) -> Timing:
    ends_at = command.ends_at
    if ends_at is None:
        raise MaintenanceWindowRefused(
            "Say when it ends: give ends_at, or a recurrence.", field="ends_at"
        )
    if ends_at <= command.at:
        raise MaintenanceWindowRefused(
            f"It ends {ends_at:%Y-%m-%d %H:%M} UTC, which is over already: give a later end.",
            field="ends_at",
        )
    starts_at = _start(command, window)
    require_length(starts_at, ends_at, "ends_at")
    return Timing(starts_at=starts_at, ends_at=ends_at)


def _start(command: DefineMaintenanceWindow, window: MaintenanceWindow) -> datetime:
    running = window.running_at(command.at)
    known = running.starts_at if running is not None else None
    starts_at = command.starts_at
    if starts_at is None:
        return window.timing.starts_at or command.at if known is not None else command.at
    if known is not None and starts_at <= known:
        return known  # it began then, or as soon as it was asked for
    if starts_at > command.at + FARTHEST:
        raise MaintenanceWindowRefused(
            f"It begins in {starts_at.year}: give a start in the next five years.",
            field="starts_at",
        )
    if starts_at >= command.at:
        return starts_at
    if command.at - starts_at > LATE:
        raise MaintenanceWindowRefused(
            f"It begins {starts_at:%Y-%m-%d %H:%M} UTC, which is past: what fired since then has"
            " paged. Leave starts_at out to begin now.",
            field="starts_at",
        )
    return command.at


def _require_recurrence(recurrence: Recurrence, at: datetime) -> None:
    if not SHORTEST <= recurrence.duration <= LONGEST:
        raise MaintenanceWindowRefused(
            f"An occurrence lasts from a minute to {LONGEST.days} days.",
            field="recurrence.duration_seconds",
        )
    require_zone("recurrence.zone", recurrence.zone)
    if not (at - OLDEST).date() <= recurrence.first_on <= (at + FARTHEST).date():
        raise MaintenanceWindowRefused(
            f"It first begins on {recurrence.first_on}: give a first start in the last year, or in"
            " the next five.",
            field="recurrence.first_on",
        )
    check_recurrence(recurrence.rrule, recurrence.anchor)
    first = at - OLDEST - timedelta(days=2)
    starts = [one.starts_at for one in upcoming(Timing(recurrence=recurrence), first, LOOKED_AT)]
    if any(later - earlier < recurrence.duration for earlier, later in pairwise(starts)):
        raise MaintenanceWindowRefused(
            "An occurrence lasts into the next one: make it shorter, or have it recur less often.",
            field="recurrence.duration_seconds",
        )
