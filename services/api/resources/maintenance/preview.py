"""Maintenance preview: what a window would hold back, by what fires now and fired lately."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from events.actor import Actor
from events.configuration.integration import integration_decider
from events.ids import IntegrationId, MaintenanceWindowId, ServiceId, integration_stream
from events.loading import load
from events.maintenance_window.commands import DefineMaintenanceWindow
from events.maintenance_window.decide import maintenance_window_decider
from events.maintenance_window.events import MaintenanceWindowDefined
from events.maintenance_window.holding import holds
from events.maintenance_window.state import INITIAL
from events.routing.alert_facts import AlertFacts
from events.values.severity import severity_named
from projections.engine.rows import Reader
from projections.incidents import alerts, board
from projections.incidents.alerts import ALERT, AlertRow, AlertState
from services.access.permissions import Permission
from services.access.visibility import hidden_incidents
from services.api.dependencies import Dependencies, Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.maintenance.bodies import MOST_SERVICES
from services.api.resources.maintenance.warnings import scope_warnings
from services.api.resources.routing.bodies import (
    MOST_CONDITIONS,
    RoutingConditionBody,
    conditions_in,
)

router = api_router("configuration")

LOOKED_AT: Final = 5_000  # alerts of the last days
NAMED: Final = 20
DAYS: Final = 7
RECENT: Final = """
where triggered_at >= $1 or state <> 'resolved' order by triggered_position desc limit $2
"""
SERVICES: Final = """
select incident_id, service_id from read.incident_board where incident_id = any($1)
"""


class PreviewBody(
    Strict, json_schema_extra={"examples": [{"service_ids": ["checkout"], "conditions": []}]}
):
    """Which alerts a window would be about."""

    service_ids: Annotated[tuple[Name, ...], Field(strict=False, max_length=MOST_SERVICES)] = ()
    conditions: Annotated[
        tuple[RoutingConditionBody, ...], Field(strict=False, max_length=MOST_CONDITIONS)
    ] = ()


class FittingAlertView(View):
    """An alert that fits."""

    alert_id: UUID
    title: str
    state: AlertState
    triggered_at: datetime


class PreviewAnswer(View):
    """What a window would hold back. Nothing was planned."""

    firing: Annotated[
        int,
        Field(
            description="Alerts that fire now and fit. Those in an open incident stay in it; they"
            " show what comes anew."
        ),
    ]
    last_week: Annotated[int, Field(description="Alerts that fit, of the last seven days.")]
    last_week_of: Annotated[int, Field(description="All that were looked at, at most 5000.")]
    alerts: Annotated[list[FittingAlertView], Field(description=f"The {NAMED} newest that fit.")]
    warnings: list[str]


@router.post(
    "/v1/maintenance-windows/preview",
    dependencies=[requires(Permission.INCIDENT_READ)],
)
async def preview_maintenance_window(
    dependencies: Deps, caller: TheCaller, reads: TheReads, body: PreviewBody
) -> PreviewAnswer:
    """Say which alerts a maintenance window would hold back; plan nothing.

    Alerts are compared as they are shown: a routing rule may have given them another title.
    """
    now = dependencies.clock()
    window = _window(body, caller.actor, now)
    hidden = await hidden_incidents(dependencies, caller.visibility)
    async with reads.of(ReadQuery(), alerts.NAME, board.NAME) as reader:
        rows = await ALERT.select(reader, RECENT, now - timedelta(days=DAYS), LOOKED_AT)
        services = await _services(reader, rows)
    rows = [row for row in rows if row.incident_id not in hidden]
    of_integration = await _services_of(dependencies, {row.integration_id for row in rows})
    fitting = [row for row in rows if _fits(window, row, services, of_integration)]
    return PreviewAnswer(
        firing=sum(row.state is not AlertState.RESOLVED for row in fitting),
        last_week=len(fitting),
        last_week_of=len(rows),
        alerts=[FittingAlertView.model_validate(row) for row in fitting[:NAMED]],
        warnings=scope_warnings(window.service_ids, window.conditions),
    )


def _window(body: PreviewBody, actor: Actor, now: datetime) -> MaintenanceWindowDefined:
    """Return the window that a body describes, as if it ran now.

    Raises: MaintenanceWindowRefused.
    """
    command = DefineMaintenanceWindow(
        maintenance_window_id=MaintenanceWindowId("preview"),
        name="Preview",
        reason="",
        service_ids=tuple(map(ServiceId, body.service_ids)),
        conditions=conditions_in(body.conditions),
        starts_at=None,
        ends_at=now + timedelta(hours=1),
        recurrence=None,
        actor=actor,
        at=now,
    )
    [defined] = maintenance_window_decider.decide(command, INITIAL)
    assert isinstance(defined, MaintenanceWindowDefined)  # noqa: S101  nothing was planned before
    return defined


async def _services(reader: Reader, rows: Iterable[AlertRow]) -> dict[UUID, ServiceId]:
    """Return the service of each incident that an alert is in."""
    found = {row.incident_id for row in rows if row.incident_id is not None}
    records = await reader.fetch(SERVICES, sorted(found))
    return {one["incident_id"]: one["service_id"] for one in records if one["service_id"]}


async def _services_of(
    dependencies: Dependencies, integration_ids: Iterable[str]
) -> dict[str, ServiceId]:
    """Return the service that alerts of each integration are for, where no rule says another."""
    found: dict[str, ServiceId] = {}
    for one in integration_ids:
        stream = integration_stream(IntegrationId(one))
        integration, _ = await load(dependencies.log, integration_decider, stream)
        if integration.created is not None:
            found[one] = integration.created.service_id
    return found


def _fits(
    window: MaintenanceWindowDefined,
    row: AlertRow,
    services: Mapping[UUID, ServiceId],
    of_integration: Mapping[str, ServiceId],
) -> bool:
    own = of_integration.get(row.integration_id, ServiceId(""))
    severity = severity_named(row.labels.get("severity", ""))
    facts = AlertFacts(
        title=row.title,
        severity=severity.value if severity else "",
        dedup_key=row.dedup_key,
        source_url=row.source_url or "",
        integration=row.integration_id,
        service=own,
        labels=row.labels,
        annotations=row.annotations,
    )
    routed = services.get(row.incident_id) if row.incident_id is not None else None
    return holds(window, facts, routed or own)
