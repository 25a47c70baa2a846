"""Incident type and fields: what kind of incident it is, and what people fill in."""

from typing import Annotated

from fastapi import Response
from pydantic import Field

from events.incident.fields.commands import SetFields, SetIncidentType
from services.api.dependencies import Deps
from services.api.http.formats import Name, Strict
from services.api.http.guard import api_router
from services.api.views.fields import Values, type_named, values_in
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands

router = api_router("fields")


class FieldsBody(Strict, json_schema_extra={"examples": [{"fields": {"region": "eu-west-1"}}]}):
    """Values of custom fields, from now on."""

    fields: Values


class TypeBody(
    Strict,
    json_schema_extra={
        "examples": [{"incident_type_id": "outage", "fields": {"region": "eu-west-1"}}]
    },
):
    """Incident type, and the values of its fields that are known by now."""

    incident_type_id: Name
    fields: Annotated[Values, Field(default_factory=dict)]


@router.post(f"{INCIDENT}/fields", **COMMAND)
async def set_fields(commands: TheCommands, body: FieldsBody) -> Response:
    """Fill fields in, change them, or empty them; all of them, or none if one is not allowed."""
    command = SetFields(values=values_in(body.fields), actor=commands.actor, at=commands.at)
    return await commands.give(command)


@router.post(f"{INCIDENT}/type", **COMMAND)
async def set_incident_type(commands: TheCommands, dependencies: Deps, body: TypeBody) -> Response:
    """Say what kind of incident it is, also of one that an alert opened or that has a type.

    It has the fields that the type has now. What was filled in stays where the new fields take it.
    """
    command = SetIncidentType(
        incident_type=await type_named(dependencies.log, body.incident_type_id),
        values=values_in(body.fields),
        actor=commands.actor,
        at=commands.at,
    )
    return await commands.give(command)
