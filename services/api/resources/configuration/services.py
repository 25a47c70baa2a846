"""Services: what breaks, who is paged for it, and how fast the response must be."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Response
from pydantic import AfterValidator, Field

from events.errors import ServiceNotFound
from events.ids import EscalationPolicyId, ServiceId, TeamId, service_stream
from events.incident.phases import DEFAULT_DEADLINES, Phase, PhaseDeadline
from events.service.alert_handling import STORM_ABOVE, AlertHandling
from events.service.commands import (
    ChangeServiceAlertHandling,
    ChangeServiceLinks,
    DefineService,
)
from events.service.decide import service_decider
from events.values.links import Link
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.api.http.formats import Choice, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.configuration.reach import warnings_of_service
from services.api.resources.incidents.links import NewLink
from services.api.views.configuration import ServiceList, ServiceView
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")

DAY = 24 * 3_600  # seconds
MOST_LINKS = 20  # of one service: an incident has room for more


class DeadlineBody(Strict):
    """A phase must be reached within this time of the declaration."""

    phase: Choice[Phase]
    within_seconds: Annotated[int, Field(ge=1, le=30 * 24 * 3_600)]


def _each_phase_once(deadlines: tuple[DeadlineBody, ...]) -> tuple[DeadlineBody, ...]:
    if len({one.phase for one in deadlines}) != len(deadlines):
        raise ValueError("give each phase one deadline")
    return deadlines


class ServiceBody(
    Strict,
    json_schema_extra={"examples": [{"name": "Checkout", "escalation_policy_id": "payments"}]},
):
    """Service to set; incidents declared from now on follow it."""

    name: Line
    escalation_policy_id: Annotated[
        Name | None, Field(description="Null: nobody is paged for its incidents.")
    ]
    deadlines: Annotated[
        Annotated[tuple[DeadlineBody, ...], AfterValidator(_each_phase_once)] | None,
        Field(max_length=len(Phase), strict=False, description="Left out: the usual ones."),
    ] = None
    team_id: Annotated[Name | None, Field(description="Whose service it is.")] = None


class ServiceLinksBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "links": [
                    {
                        "kind": "runbook",
                        "title": "Checkout",
                        "url": "https://wiki.example.org/checkout",
                    }
                ]
            }
        ]
    },
):
    """Links of the service: runbooks and dashboards, for every incident of it."""

    links: Annotated[tuple[NewLink, ...], Field(strict=False, max_length=MOST_LINKS)]


class AlertHandlingBody(Strict):
    """How the alerts of the service's integrations are taken. What is left out is as usual."""

    auto_resolve_after_seconds: Annotated[
        int | None,
        Field(ge=60, le=30 * DAY, description="Without news an alert ends; null: never."),
    ] = None
    reopen_within_seconds: Annotated[
        int | None,
        Field(
            ge=60,
            le=7 * DAY,
            description="So long after an incident was resolved it is reopened by what would open"
            " a new one of the same group or dedup key; null: never.",
        ),
    ] = None
    storm_above: Annotated[
        int | None,
        Field(
            ge=2,
            le=1_000,
            description="Incidents that an integration may open within a minute; what it sends"
            " beyond that is one incident. Null: no limit.",
        ),
    ] = STORM_ABOVE


class ServiceAlertHandlingBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "alert_handling": {
                    "auto_resolve_after_seconds": 14_400,
                    "reopen_within_seconds": 600,
                }
            }
        ]
    },
):
    """When alerts of the service end by silence, reopen an incident, and are a storm."""

    alert_handling: AlertHandlingBody


@router.get("/v1/services", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def list_services(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> ServiceList:
    """List the services, by id."""
    async with reads.of(query, configuration.NAME) as connection:
        rows = await every(configuration.SERVICE, connection)
    return ServiceList(services=[ServiceView.model_validate(row) for row in rows])


@router.get("/v1/services/{service_id}", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_service(
    response: Response, reads: TheReads, service_id: Name, query: Annotated[ReadQuery, Query()]
) -> ServiceView:
    """Show a service; its ETag is what If-Match takes."""
    stream = service_stream(ServiceId(service_id))
    async with reads.of(query, configuration.NAME, stream=stream) as connection:
        row = await one(configuration.SERVICE, connection, service_id)
    if row is None:
        raise ServiceNotFound(f"No such service: {service_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return ServiceView.model_validate(row)


@router.put(
    "/v1/services/{service_id}",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def define_service(
    service_id: Name, body: ServiceBody, change: TheConfigurationChange
) -> Response:
    """Create a service, or replace what is known of it."""
    policy_id = EscalationPolicyId(body.escalation_policy_id) if body.escalation_policy_id else None
    command = DefineService(
        service_id=ServiceId(service_id),
        name=body.name,
        escalation_policy_id=policy_id,
        deadlines=deadlines_of(body),
        team_id=TeamId(body.team_id) if body.team_id else None,
        actor=change.actor,
        at=change.at,
    )
    warnings = await warnings_of_service(change.dependencies.log, policy_id, change.at)
    stream = service_stream(command.service_id)
    return await change.receipt(service_decider, stream, command, warnings)


@router.put(
    "/v1/services/{service_id}/links",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def change_service_links(
    service_id: Name, body: ServiceLinksBody, change: TheConfigurationChange
) -> Response:
    """Replace the links that the service's incidents begin with, from now on."""
    command = ChangeServiceLinks(
        service_id=ServiceId(service_id),
        links=tuple(Link(kind=one.kind, title=one.title, url=one.url) for one in body.links),
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(service_decider, service_stream(command.service_id), command)


@router.put(
    "/v1/services/{service_id}/alert-handling",
    dependencies=[requires(Permission.TEAM_WRITE)],
    response_model=Receipt,
)
async def change_service_alert_handling(
    service_id: Name, body: ServiceAlertHandlingBody, change: TheConfigurationChange
) -> Response:
    """Say when the service's alerts end by silence, reopen an incident, and are a storm."""
    wanted = body.alert_handling
    handling = AlertHandling(
        auto_resolve_after=_span(wanted.auto_resolve_after_seconds),
        reopen_within=_span(wanted.reopen_within_seconds),
        storm_above=wanted.storm_above,
    )
    command = ChangeServiceAlertHandling(
        service_id=ServiceId(service_id),
        alert_handling=handling,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(service_decider, service_stream(command.service_id), command)


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def deadlines_of(body: ServiceBody) -> tuple[PhaseDeadline, ...]:
    """Return the deadlines asked for, or the usual ones."""
    if body.deadlines is None:
        return DEFAULT_DEADLINES
    return tuple(
        PhaseDeadline(phase=one.phase, within=timedelta(seconds=one.within_seconds))
        for one in body.deadlines
    )
