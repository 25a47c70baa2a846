"""Maintenance windows for tests: commands by a person, and what they lead to."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from events.actor import Actor
from events.ids import MaintenanceWindowId, ResponderId
from events.maintenance_window.commands import (
    CancelMaintenanceWindow,
    DefineMaintenanceWindow,
    EndMaintenanceWindow,
    ExtendMaintenanceWindow,
    MaintenanceWindowCommand,
    ReportMaintenanceWindow,
)
from events.maintenance_window.decide import maintenance_window_decider
from events.maintenance_window.events import MaintenanceWindowEvent
from events.maintenance_window.state import MaintenanceWindow
from events.maintenance_window.timing import Occurrence, Recurrence

NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)  # a Tuesday
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ADA = Actor(principal="responder:ada", responder_id=ResponderId("ada"))
NIGHTLY = Recurrence(
    first_on=date(2026, 11, 30),
    starts=time(22),
    zone="UTC",
    rrule="FREQ=DAILY",
    duration_seconds=2 * 3_600,
)


def define(at: datetime = NOW, **changed: Any) -> DefineMaintenanceWindow:
    """Return the command to plan a window from 21 to 23 o'clock, or one with other fields."""
    fields: dict[str, Any] = {
        "maintenance_window_id": MaintenanceWindowId("upgrade"),
        "name": "Database upgrade",
        "reason": "PostgreSQL 19",
        "service_ids": (),
        "conditions": (),
        "starts_at": NOW + HOUR,
        "ends_at": NOW + 3 * HOUR,
        "recurrence": None,
        "actor": ADA,
        "at": at,
    }
    return DefineMaintenanceWindow(**fields | changed)


def recurring(at: datetime = NOW, **changed: Any) -> DefineMaintenanceWindow:
    """Return the command to plan a window for every night."""
    fields: dict[str, Any] = {"starts_at": None, "ends_at": None, "recurrence": NIGHTLY}
    return define(at, **fields | changed)


def end(at: datetime) -> EndMaintenanceWindow:
    """Return the command to end what runs."""
    return EndMaintenanceWindow(reason="Done early", actor=ADA, at=at)


def extend(at: datetime, until: datetime) -> ExtendMaintenanceWindow:
    """Return the command to have what runs end later."""
    return ExtendMaintenanceWindow(until=until, reason="It takes longer", actor=ADA, at=at)


def cancel(at: datetime) -> CancelMaintenanceWindow:
    """Return the command to cancel the window."""
    return CancelMaintenanceWindow(reason="Postponed", actor=ADA, at=at)


def report(at: datetime, starts_at: datetime, ends_at: datetime) -> ReportMaintenanceWindow:
    """Return the command to report an occurrence that held three alerts back."""
    occurrence = Occurrence(starts_at=starts_at, ends_at=ends_at)
    return ReportMaintenanceWindow(occurrence=occurrence, held=3, resolved=1, firing=2, at=at)


def after(*commands: MaintenanceWindowCommand) -> MaintenanceWindow:
    """Return the window after these commands."""
    window = MaintenanceWindow()
    for command in commands:
        window = maintenance_window_decider.fold(facts(command, window), window)
    return window


def facts(
    command: MaintenanceWindowCommand, window: MaintenanceWindow
) -> list[MaintenanceWindowEvent]:
    """Return what a command leads to."""
    return maintenance_window_decider.decide(command, window)


def runs(window: MaintenanceWindow, at: datetime) -> bool:
    """Return whether it holds alerts back at an instant."""
    return window.running_at(at) is not None
