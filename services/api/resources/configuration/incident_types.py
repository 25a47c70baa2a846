"""Incident types: what a team wants to know of incidents of one kind."""

from typing import Annotated

from fastapi import Query, Response

from events.configuration.incident_type import (
    DefineIncidentType,
    IncidentTypeNotFound,
    incident_type_decider,
)
from events.ids import IncidentTypeId, incident_type_stream
from projections.configuration import incident_types
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.api.http.formats import Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.fields import (
    IncidentTypeBody,
    IncidentTypeList,
    IncidentTypeView,
    definitions_in,
)
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")

TYPE = "/v1/incident-types/{incident_type_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.CONFIGURATION_WRITE)]


@router.get("/v1/incident-types", dependencies=READ)
async def list_incident_types(
    reads: TheReads, query: Annotated[ReadQuery, Query()]
) -> IncidentTypeList:
    """List the incident types, by id."""
    async with reads.of(query, incident_types.NAME) as connection:
        rows = await every(incident_types.INCIDENT_TYPE, connection)
    return IncidentTypeList(incident_types=[IncidentTypeView.model_validate(row) for row in rows])


@router.get(TYPE, dependencies=READ)
async def show_incident_type(
    response: Response,
    reads: TheReads,
    incident_type_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> IncidentTypeView:
    """Show an incident type; its ETag is what If-Match takes."""
    stream = incident_type_stream(IncidentTypeId(incident_type_id))
    async with reads.of(query, incident_types.NAME, stream=stream) as connection:
        row = await one(incident_types.INCIDENT_TYPE, connection, incident_type_id)
    if row is None:
        raise IncidentTypeNotFound(f"No such incident type: {incident_type_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return IncidentTypeView.model_validate(row)


@router.put(TYPE, dependencies=WRITE, response_model=Receipt)
async def define_incident_type(
    incident_type_id: Name, body: IncidentTypeBody, change: TheConfigurationChange
) -> Response:
    """Create an incident type, or replace it; incidents that are there keep their fields."""
    command = DefineIncidentType(
        incident_type_id=IncidentTypeId(incident_type_id),
        name=body.name,
        fields=definitions_in(body),
        actor=change.actor,
        at=change.at,
    )
    stream = incident_type_stream(command.incident_type_id)
    return await change.receipt(incident_type_decider, stream, command)
