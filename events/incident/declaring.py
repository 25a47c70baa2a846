"""Declaration: the incident begins, and its severity acts at once."""

from dataclasses import fields, replace
from functools import reduce
from typing import Any

from events.errors import IncidentAlreadyDeclared
from events.incident.backfill.commands import BackfillIncident
from events.incident.commands import DeclareIncident
from events.incident.events import IncidentDeclared, IncidentEvent
from events.incident.fields.rules import declared_with_fields
from events.incident.grammar import Rules
from events.incident.links.events import IncidentLinkAdded
from events.incident.modes import titled
from events.incident.privacy.rules import declared_private
from events.incident.severity.response import severity_response
from events.incident.state import INITIAL, Incident, evolve
from events.response_policy.policy import CapturedPolicy


def declare_incident(command: DeclareIncident, incident: Incident) -> list[IncidentEvent]:
    """Open the incident.

    Raises: IncidentAlreadyDeclared, FieldUnknown, FieldInvalid, FieldsMissing.
    """
    undeclared(incident)
    declared = declared_as_asked(
        command,
        title=titled(command.title, command.mode),
        declared_at=command.at,
        policy=_among_members(command.policy) if command.private else command.policy,
    )
    private = declared_private(command)
    custom = declared_with_fields(command)
    begun = reduce(evolve, private, evolve(INITIAL, declared))
    response = severity_response(begun, command.severity, about="declared", ask="", command=command)
    return [declared, *private, *custom, *_links(command), *response]


def undeclared(incident: Incident) -> None:
    """Let an incident pass that there is not yet.

    Raises: IncidentAlreadyDeclared.
    """
    if incident.incident_id is not None:
        raise IncidentAlreadyDeclared(
            f"{incident.reference} is already declared; another one needs an id of its own.",
            allowed=["declare"],
        )


def declared_as_asked(
    command: DeclareIncident | BackfillIncident, **given: Any
) -> IncidentDeclared:
    """Return the declaration: what the command says, field by field, but for what is said here.

    So a new field of both is a fact as soon as it is asked for; a test holds their types together.
    """
    asked = {
        field.name: getattr(command, field.name)
        for field in fields(IncidentDeclared)
        if hasattr(command, field.name)
    }
    return IncidentDeclared(**{**asked, "declared_by": command.actor.name, **given})


def _links(command: DeclareIncident) -> list[IncidentEvent]:
    return [
        IncidentLinkAdded(
            incident_id=command.incident_id,
            link=link,
            added_by=command.actor.name,
            added_at=command.at,
        )
        for link in command.links
    ]


def _among_members(captured: CapturedPolicy | None) -> CapturedPolicy | None:
    """Return the policy without those who are no members: all hands is the team on call."""
    if captured is None:
        return None
    policy = replace(captured.policy, everybody=(), commander_on_call=None)
    return replace(captured, policy=policy)


RULES: Rules = {DeclareIncident: declare_incident}
