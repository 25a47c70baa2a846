"""Maintenance window events: defined, extended, ended, cancelled, and what it held back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from events.ids import MaintenanceWindowId, ServiceId
from events.maintenance_window.timing import Recurrence
from events.routing.condition import Condition


class EndCause(StrEnum):
    """Why an occurrence of a maintenance window was over."""

    SCHEDULED = "scheduled"  # its time was up
    ENDED = "ended"  # somebody ended it early
    CANCELLED = "cancelled"  # the whole window was
    CHANGED = "changed"  # the window was given other times


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowDefined:
    """New alerts that fit it are held back while it runs."""

    maintenance_window_id: MaintenanceWindowId
    name: str
    reason: str
    service_ids: tuple[ServiceId, ...]  # of which one is the alert's; none: every service's
    conditions: tuple[Condition, ...]  # which all hold for the alert; none: every alert
    starts_at: datetime | None  # None: it recurs
    ends_at: datetime | None
    recurrence: Recurrence | None
    defined_by: str
    defined_at: datetime
    type: Literal["maintenance_window.defined"] = "maintenance_window.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowExtended:
    """The occurrence that runs will end later than it was planned."""

    maintenance_window_id: MaintenanceWindowId
    starts_at: datetime  # of the occurrence
    until: datetime
    reason: str
    extended_by: str
    extended_at: datetime
    type: Literal["maintenance_window.extended"] = "maintenance_window.extended"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowEnded:
    """An occurrence is over, other than by its time alone; others may follow."""

    maintenance_window_id: MaintenanceWindowId
    starts_at: datetime  # of the occurrence
    cause: EndCause
    reason: str
    ended_by: str
    ended_at: datetime
    type: Literal["maintenance_window.ended"] = "maintenance_window.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowCancelled:
    """The window holds nothing back any more, and will not again."""

    maintenance_window_id: MaintenanceWindowId
    reason: str
    cancelled_by: str
    cancelled_at: datetime
    type: Literal["maintenance_window.cancelled"] = "maintenance_window.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceWindowReported:
    """An occurrence is over for good, and this is what it held back."""

    maintenance_window_id: MaintenanceWindowId
    name: str
    starts_at: datetime  # of the occurrence
    ended_at: datetime
    cause: EndCause
    held: int  # alerts
    resolved: int  # of those, while they were held back
    firing: int  # of those, still: they are looked at like new ones now
    reported_at: datetime
    type: Literal["maintenance_window.reported"] = "maintenance_window.reported"


type MaintenanceWindowEvent = (
    MaintenanceWindowDefined
    | MaintenanceWindowExtended
    | MaintenanceWindowEnded
    | MaintenanceWindowCancelled
    | MaintenanceWindowReported
)

MAINTENANCE_WINDOW_EVENTS: tuple[type, ...] = (
    MaintenanceWindowDefined,
    MaintenanceWindowExtended,
    MaintenanceWindowEnded,
    MaintenanceWindowCancelled,
    MaintenanceWindowReported,
)
