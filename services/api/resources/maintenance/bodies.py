"""Maintenance window views: windows as bodies bring them and answers show them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec.structs import asdict
from pydantic import ConfigDict, Field

from events.actor import Actor
from events.ids import MaintenanceWindowId, ServiceId
from events.maintenance_window.commands import DefineMaintenanceWindow
from events.maintenance_window.events import EndCause
from events.maintenance_window.timing import LONGEST, Occurrence, Recurrence, next_start
from projections.configuration.maintenance_windows import (
    Became,
    MaintenanceWindowRow,
)
from services.api.http.formats import Instant, Line, Name, Strict, Text, View
from services.api.resources.routing.bodies import (
    MOST_CONDITIONS,
    RoutingConditionBody,
    conditions_in,
    shown_conditions,
)
from services.api.views.on_call.schedules import Day, Zone
from services.api.views.response_policies import WallTime
from services.api.views.rows import shows

MOST_SERVICES: Final = 200
SAME: Final = ConfigDict(frozen=True, extra="forbid", strict=True, from_attributes=True)
EXAMPLE: Final = {
    "name": "Database upgrade",
    "reason": "PostgreSQL 19",
    "service_ids": ["checkout"],
    "starts_at": "2026-12-01T22:00:00Z",
    "ends_at": "2026-12-02T00:00:00Z",
}
EVERY_SUNDAY: Final[dict[str, Any]] = {
    "name": "Backups of the warehouse",
    "reason": "They slow everything down",
    "conditions": [{"field": "labels.cluster", "comparison": "equals", "values": ["warehouse"]}],
    "recurrence": {
        "first_on": "2026-12-06",
        "starts": "03:00:00",
        "zone": "Europe/Berlin",
        "rrule": "FREQ=WEEKLY;BYDAY=SU",
        "duration_seconds": 7200,
    },
}


class WindowState(StrEnum):
    """Whether a window holds alerts back."""

    RUNNING = "running"
    UPCOMING = "upcoming"
    OVER = "over"
    CANCELLED = "cancelled"


class RecurrenceBody(Strict):
    """When a window runs again and again; in a night when clocks change it is as long as ever."""

    model_config = SAME

    first_on: Day
    starts: Annotated[
        WallTime,
        Field(description="Skipped by the clocks: right after. Shown twice: the first time."),
    ]
    zone: Zone
    rrule: Annotated[str, Field(max_length=400, description="RFC 5545: FREQ=WEEKLY;BYDAY=SU.")]
    duration_seconds: Annotated[int, Field(ge=60, le=int(LONGEST.total_seconds()))]


class MaintenanceWindowBody(Strict, json_schema_extra={"examples": [EXAMPLE, EVERY_SUNDAY]}):
    """Window to plan: which alerts, and when."""

    name: Line
    reason: Text
    service_ids: Annotated[
        tuple[Name, ...],
        Field(strict=False, max_length=MOST_SERVICES, description="None: every service."),
    ] = ()
    conditions: Annotated[
        tuple[RoutingConditionBody, ...],
        Field(
            strict=False,
            max_length=MOST_CONDITIONS,
            description="As those of routing rules; all have to hold. None: every alert.",
        ),
    ] = ()
    starts_at: Annotated[Instant | None, Field(description="Left out: now, unless it recurs.")] = (
        None
    )
    ends_at: Annotated[Instant | None, Field(description="Not included.")] = None
    recurrence: Annotated[
        RecurrenceBody | None, Field(description="Instead of starts_at and ends_at.")
    ] = None


class ReasonBody(Strict, json_schema_extra={"examples": [{"reason": "Done early"}]}):
    """Why the window ends, or is cancelled."""

    reason: Text


class ExtensionBody(
    Strict,
    json_schema_extra={
        "examples": [{"until": "2026-12-02T01:00:00Z", "reason": "The copy takes longer"}]
    },
):
    """Until when what runs is to go on, and why."""

    until: Instant
    reason: Text


class OccurrenceView(View):
    """One stretch of time in which a window holds alerts back."""

    starts_at: datetime
    ends_at: datetime


@shows(MaintenanceWindowRow, "moved_ends", "reported_until", "reports")
class DefinedWindowView(View):
    """A maintenance window as it was defined."""

    conditions: list[RoutingConditionBody]
    recurrence: RecurrenceBody | None


class MaintenanceWindowView(DefinedWindowView):
    """A maintenance window, and how it stands at this moment."""

    state: WindowState
    running: Annotated[
        OccurrenceView | None, Field(description="What runs, with its end as it is by now.")
    ]
    next_starts_at: datetime | None
    covers_everything: Annotated[
        bool, Field(description="It names no service and no condition: nobody is paged anew.")
    ]


class ReportView(View):
    """What one occurrence held back, counted at its end."""

    starts_at: datetime
    ended_at: datetime
    cause: EndCause
    held: int
    resolved: Annotated[int, Field(description="Over before the window was: nobody was paged.")]
    firing: Annotated[int, Field(description="Still, at its end: each was looked at as if new.")]
    reported_at: datetime


class ReportedWindowView(MaintenanceWindowView):
    """A maintenance window with its reports."""

    reports: Annotated[list[ReportView], Field(description="The newest first; fifty are kept.")]


class MaintenanceWindowList(View):
    """Maintenance windows, by id."""

    maintenance_windows: list[MaintenanceWindowView]


class WindowAlertView(View):
    """An alert that a window held back."""

    alert_id: UUID
    title: str
    since: datetime
    until: Annotated[datetime | None, Field(description="Null: it is held back still.")]
    became: Became
    held_by: Annotated[
        str | None,
        Field(description="The window that holds it, or did at last; null: a routing rule by now."),
    ]
    incident_id: Annotated[UUID | None, Field(description="That it went to.")]


class WindowAlertList(View):
    """Alerts that a window held back, the newest first."""

    alerts: list[WindowAlertView]
    next_cursor: str | None


def command_of(
    body: MaintenanceWindowBody, window_id: str, actor: Actor, at: datetime
) -> DefineMaintenanceWindow:
    """Return the command that a body gives."""
    recurrence = body.recurrence
    return DefineMaintenanceWindow(
        maintenance_window_id=MaintenanceWindowId(window_id),
        name=body.name,
        reason=body.reason,
        service_ids=tuple(map(ServiceId, body.service_ids)),
        conditions=conditions_in(body.conditions),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        recurrence=None if recurrence is None else _recurrence(recurrence),
        actor=actor,
        at=at,
    )


def _recurrence(body: RecurrenceBody) -> Recurrence:
    return Recurrence(
        first_on=body.first_on,
        starts=body.starts,
        zone=body.zone,
        rrule=body.rrule,
        duration_seconds=body.duration_seconds,
    )


def view_of(row: MaintenanceWindowRow, at: datetime) -> MaintenanceWindowView:
    """Return a window as it stands at an instant."""
    return MaintenanceWindowView.model_validate(_members(row, at))


def reported_view_of(row: MaintenanceWindowRow, at: datetime) -> ReportedWindowView:
    """Return a window as it stands at an instant, with its reports."""
    reports = [ReportView.model_validate(one) for one in row.reports]
    return ReportedWindowView.model_validate(_members(row, at) | {"reports": reports})


def _members(row: MaintenanceWindowRow, at: datetime) -> dict[str, object]:
    window = row.state()
    running = window.running_at(at)
    begins_at = None if row.cancelled_at else next_start(window.timing, at)
    return asdict(row) | {
        "conditions": list(shown_conditions(row.conditions)),
        "recurrence": row.recurrence and RecurrenceBody.model_validate(row.recurrence),
        "state": _state(row, running, begins_at),
        "running": running and OccurrenceView.model_validate(running),
        "next_starts_at": begins_at,
        "covers_everything": not row.service_ids and not row.conditions,
    }


def _state(
    row: MaintenanceWindowRow, running: Occurrence | None, begins_at: datetime | None
) -> WindowState:
    if row.cancelled_at is not None:
        return WindowState.CANCELLED
    if running is not None:
        return WindowState.RUNNING
    return WindowState.OVER if begins_at is None else WindowState.UPCOMING
