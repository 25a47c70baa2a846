"""Maintenance windows: planned work, during which new alerts open no incident."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.ids import ServiceId
from events.maintenance_window.commands import (
    CancelMaintenanceWindow,
    EndMaintenanceWindow,
    ExtendMaintenanceWindow,
)
from events.maintenance_window.decide import AGGREGATE, maintenance_window_decider
from events.maintenance_window.refusals import MaintenanceWindowNotFound
from projections.configuration import maintenance_windows
from projections.configuration.maintenance_windows import Became, list_held
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.access.visibility import hidden_incidents
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import PageQuery, ReadQuery, TheReads
from services.api.resources.maintenance.bodies import (
    ExtensionBody,
    MaintenanceWindowBody,
    MaintenanceWindowList,
    ReasonBody,
    ReportedWindowView,
    WindowAlertList,
    WindowAlertView,
    WindowState,
    command_of,
    reported_view_of,
    view_of,
)
from services.api.resources.maintenance.warnings import warnings_of
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")

WINDOWS = "/v1/maintenance-windows"
WINDOW = "/v1/maintenance-windows/{maintenance_window_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]


class WindowQuery(ReadQuery):
    """Which windows."""

    state: Choice[WindowState] | None = None
    service_id: Annotated[
        Name | None, Field(description="Those that hold back alerts for it, those for all too.")
    ] = None


class HeldQuery(PageQuery):
    """Which alerts that the window held back."""

    became: Choice[Became] | None = None


@router.get(WINDOWS, dependencies=READ)
async def list_maintenance_windows(
    dependencies: Deps, reads: TheReads, query: Annotated[WindowQuery, Query()]
) -> MaintenanceWindowList:
    """List the maintenance windows, by id."""
    async with reads.of(query, maintenance_windows.NAME) as connection:
        rows = await every(maintenance_windows.WINDOW, connection)
    if query.service_id is not None:
        service_id = ServiceId(query.service_id)
        rows = tuple(row for row in rows if not row.service_ids or service_id in row.service_ids)
    views = [view_of(row, dependencies.clock()) for row in rows]
    chosen = [view for view in views if query.state in {None, view.state}]
    return MaintenanceWindowList(maintenance_windows=chosen)


@router.get(WINDOW, dependencies=READ)
async def show_maintenance_window(
    response: Response,
    dependencies: Deps,
    reads: TheReads,
    maintenance_window_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> ReportedWindowView:
    """Show a maintenance window and what it held back; its ETag is what If-Match takes."""
    stream = AGGREGATE.stream(maintenance_window_id)
    async with reads.of(query, maintenance_windows.NAME, stream=stream) as connection:
        row = await one(maintenance_windows.WINDOW, connection, maintenance_window_id)
    if row is None:
        raise no_window(maintenance_window_id)
    response.headers["ETag"] = f'"{row.version}"'
    return reported_view_of(row, dependencies.clock())


@router.get(f"{WINDOW}/alerts", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_alerts_of_maintenance_window(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    maintenance_window_id: Name,
    query: Annotated[HeldQuery, Query()],
) -> WindowAlertList:
    """List the alerts that a maintenance window held back, and what became of each.

    What went to an incident that is hidden from the reader is left out.
    """
    hidden = await hidden_incidents(dependencies, caller.visibility)
    async with reads.of(query, maintenance_windows.NAME) as connection:
        page = await list_held(
            connection, maintenance_window_id, query.became, query.cursor, query.limit
        )
        row = await one(maintenance_windows.WINDOW, connection, maintenance_window_id)
    if row is None:
        raise no_window(maintenance_window_id)
    seen = [one for one in page.rows if one.incident_id not in hidden]
    return WindowAlertList(
        alerts=[WindowAlertView.model_validate(one) for one in seen], next_cursor=page.next_cursor
    )


@router.put(WINDOW, dependencies=WRITE, response_model=Receipt)
async def define_maintenance_window(
    maintenance_window_id: Name, body: MaintenanceWindowBody, change: TheConfigurationChange
) -> Response:
    """Plan a maintenance window, or change it; a change counts at once, for what it holds, too.

    New alerts that fit it open no incident while it runs. What fires still at its end pages then.
    Incidents that were open before go on, and a resolution is never held back.
    """
    command = command_of(body, maintenance_window_id, change.actor, change.at)
    stream = AGGREGATE.stream(maintenance_window_id)
    return await change.receipt(
        maintenance_window_decider, stream, command, warnings=warnings_of(command)
    )


@router.post(f"{WINDOW}/extension", dependencies=WRITE, response_model=Receipt)
async def extend_maintenance_window(
    maintenance_window_id: Name, body: ExtensionBody, change: TheConfigurationChange
) -> Response:
    """Extend what runs of a maintenance window; an end that was reported is final."""
    command = ExtendMaintenanceWindow(
        until=body.until, reason=body.reason, actor=change.actor, at=change.at
    )
    stream = AGGREGATE.stream(maintenance_window_id)
    return await change.receipt(maintenance_window_decider, stream, command)


@router.post(f"{WINDOW}/end", dependencies=WRITE, response_model=Receipt)
async def end_maintenance_window(
    maintenance_window_id: Name, body: ReasonBody, change: TheConfigurationChange
) -> Response:
    """End what runs of a maintenance window now; if it recurs, it runs again next time."""
    command = EndMaintenanceWindow(reason=body.reason, actor=change.actor, at=change.at)
    stream = AGGREGATE.stream(maintenance_window_id)
    return await change.receipt(maintenance_window_decider, stream, command)


@router.post(f"{WINDOW}/cancellation", dependencies=WRITE, response_model=Receipt)
async def cancel_maintenance_window(
    maintenance_window_id: Name, body: ReasonBody, change: TheConfigurationChange
) -> Response:
    """Cancel a maintenance window for good; what it holds back goes on as if it fired now."""
    command = CancelMaintenanceWindow(reason=body.reason, actor=change.actor, at=change.at)
    stream = AGGREGATE.stream(maintenance_window_id)
    return await change.receipt(maintenance_window_decider, stream, command)


def no_window(maintenance_window_id: str) -> MaintenanceWindowNotFound:
    """Return the refusal of a window that nobody planned."""
    return MaintenanceWindowNotFound(f"No such maintenance window: {maintenance_window_id}.")
