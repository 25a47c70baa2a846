"""The rule of a declaration: the incident begins, and its severity acts at once."""

from dataclasses import replace
from functools import reduce

from events.errors import (
    IncidentAlreadyDeclared,
)
from events.incident.commands import (
    DeclareIncident,
)
from events.incident.events import (
    IncidentDeclared,
    IncidentEvent,
)
from events.incident.fields.rules import declared_with_fields
from events.incident.links.events import IncidentLinkAdded
from events.incident.modes import titled
from events.incident.privacy.rules import declared_private
from events.incident.severity.response import asked_by_severity
from events.incident.state import INITIAL, Incident, evolve
from events.response_policy.policy import CapturedPolicy


def declare(command: DeclareIncident, incident: Incident) -> list[IncidentEvent]:
    """Open the incident."""
    if incident.incident_id is not None:
        raise IncidentAlreadyDeclared(
            f"{incident.reference} is already declared; another one needs an id of its own.",
            allowed=["declare"],
        )
    declared = IncidentDeclared(
        incident_id=command.incident_id,
        reference=command.reference,
        title=titled(command.title, command.mode),
        summary=command.summary,
        service_id=command.service_id,
        severity=command.severity,
        escalation_policy_id=command.escalation_policy_id,
        deadlines=command.deadlines,
        declared_by=command.actor.name,
        declared_at=command.at,
        mode=command.mode,
        began_at=command.began_at,
        policy=_among_members(command.policy) if command.private else command.policy,
    )
    private = declared_private(command)
    fields = declared_with_fields(command)
    asked = asked_by_severity(
        reduce(evolve, private, evolve(INITIAL, declared)),
        command.severity,
        about="declared",
        ask="",
        by=command.actor.name,
        at=command.at,
    )
    return [declared, *private, *fields, *_links(command), *asked]


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
