"""Maintenance window commands: plan one, change it, extend, end or cancel it, and report."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import MaintenanceWindowId, ServiceId
from events.maintenance_window.timing import Occurrence, Recurrence
from events.routing.condition import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineMaintenanceWindow:
    """Plan a window, or replace what is known of it."""

    maintenance_window_id: MaintenanceWindowId
    name: str
    reason: str
    service_ids: tuple[ServiceId, ...]
    conditions: tuple[Condition, ...]
    starts_at: datetime | None  # None, without a recurrence: now
    ends_at: datetime | None
    recurrence: Recurrence | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendMaintenanceWindow:
    """Have the occurrence that runs end later."""

    until: datetime
    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMaintenanceWindow:
    """End the occurrence that runs, now."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMaintenanceWindow:
    """Have the window hold nothing back any more, also not later."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMaintenanceWindow:
    """Say what an occurrence held back that is over; nobody can extend it from then on."""

    occurrence: Occurrence
    held: int
    resolved: int
    firing: int
    at: datetime


type MaintenanceWindowCommand = (
    DefineMaintenanceWindow
    | ExtendMaintenanceWindow
    | EndMaintenanceWindow
    | CancelMaintenanceWindow
    | ReportMaintenanceWindow
)
