"""Related incidents: merged ones, parents and children."""

from typing import Annotated

from fastapi import Response
from pydantic import StringConstraints

from events.errors import IncidentNotFound
from events.ids import IncidentId, incident_stream
from events.incident.commands import IncidentCommand
from events.incident.decide import incident_decider
from events.incident.relations.commands import LinkParent, MergeIncident
from events.incident.relations.requests import requests
from events.incident.state import Incident
from events.loading import load
from services.access.callers import Caller
from services.access.incident_names import incident_named
from services.api.http.authentication import TheCaller
from services.api.http.formats import Strict, Text
from services.api.http.guard import api_router
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands
from services.commanding.incident_commands import IncidentCommands
from services.request_refusals import Invalid, RequestInvalid

router = api_router("related incidents")

type Other = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Merge(
    Strict,
    json_schema_extra={"examples": [{"into": "INC-1042", "reason": "One database, two alerts."}]},
):
    """Merge target by id or reference, and the reason why both are the same incident."""

    into: Other
    reason: Text


class Parent(Strict, json_schema_extra={"examples": [{"parent": "INC-1042"}]}):
    """Parent incident, by id or reference."""

    parent: Other


@router.post(f"{INCIDENT}/merge", **COMMAND)
async def merge_incident(commands: TheCommands, caller: TheCaller, body: Merge) -> Response:
    """Merge the incident into another one, which takes over its people and its open alerts.

    Answered when the other one is being asked; a moment later this one is over, or goes on and says
    why in its timeline.
    """
    other_id, other = await _other(commands, caller, body.into, "into")
    command = MergeIncident(
        into_incident_id=other_id,
        into_reference=other.reference,
        reason=body.reason,
        actor=commands.actor,
        at=commands.at,
    )
    return await _asked(commands, command, other)


@router.post(f"{INCIDENT}/parent", **COMMAND)
async def link_parent(commands: TheCommands, caller: TheCaller, body: Parent) -> Response:
    """Link the incident to a parent. Answered as soon as the parent is being asked."""
    other_id, other = await _other(commands, caller, body.parent, "parent")
    command = LinkParent(
        parent_incident_id=other_id,
        parent_reference=other.reference,
        actor=commands.actor,
        at=commands.at,
    )
    return await _asked(commands, command, other)


async def _other(
    commands: IncidentCommands, caller: Caller, name: str, member: str
) -> tuple[IncidentId, Incident]:
    """Return the incident that the body names, if the caller may know of it.

    Raises: RequestInvalid.
    """
    try:
        other_id = await incident_named(commands.dependencies, caller.visibility, name)
    except IncidentNotFound as unknown:
        raise RequestInvalid(Invalid(field=f"body.{member}", reason=unknown.detail)) from unknown
    log = commands.dependencies.log
    other, version = await load(log, incident_decider, incident_stream(other_id))
    if not version:
        reason = "There is no such incident."
        raise RequestInvalid(Invalid(field=f"body.{member}", reason=reason))
    return other_id, other


async def _asked(commands: TheCommands, command: IncidentCommand, other: Incident) -> Response:
    """Have this incident ask the other one, unless that one is bound to refuse as it stands."""
    commands.attempt.becomes(command, commands.stream)
    if not await commands.was_given():
        log, stream = commands.dependencies.log, commands.stream
        incident, _ = await load(log, incident_decider, stream)
        asking = incident_decider.fold(incident_decider.decide(command, incident), incident)
        for request in requests(asking):
            if request.number > incident.relations.requests:
                incident_decider.decide(request.command, other)
    return await commands.give(command)
