"""Maintenance window warnings: what a window does that somebody may not have meant."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from events.ids import ServiceId
from events.maintenance_window.commands import DefineMaintenanceWindow
from events.routing.condition import Condition

LONG: Final = timedelta(days=1)


def warnings_of(command: DefineMaintenanceWindow) -> list[str]:
    """Return what a window holds back beyond what people plan as a rule."""
    found = scope_warnings(command.service_ids, command.conditions)
    length = _length(command)
    if length > LONG:
        hours = int(length.total_seconds() // 3_600)
        found.append(f"It runs for {hours} hours: what fires meanwhile pages only when it ends.")
    return found


def scope_warnings(
    service_ids: Collection[ServiceId], conditions: Collection[Condition]
) -> list[str]:
    """Return what is to be said of a window that may fit alerts of every service."""
    if service_ids:
        return []
    if not conditions:
        return ["While it runs, no new alert pages anybody: it names no service and no condition."]
    if all(one.negated for one in conditions):
        return ["All it says is what an alert does not say: alerts of every service may fit it."]
    return []


def _length(command: DefineMaintenanceWindow) -> timedelta:
    if command.recurrence is not None:
        return command.recurrence.duration
    if command.ends_at is None:
        return timedelta(0)
    return command.ends_at - (command.starts_at or command.at)
