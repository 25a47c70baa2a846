"""Preconditions of an incident's rules; each refusal says what is allowed instead."""

from events.actor import Actor
from events.errors import (
    IncidentEnded,
    IncidentNotFound,
    IncidentResolvedAlready,
    MergedIntoAnother,
    NotTheCommander,
    ReasonRequired,
    RemovedFromIncident,
)
from events.ids import IncidentId, ResponderId
from events.incident.roles.events import Role
from events.incident.state import Incident


def live(incident: Incident) -> IncidentId:
    """Return the incident's id.

    Raises: IncidentNotFound, IncidentEnded, MergedIntoAnother.
    """
    if incident.incident_id is None:
        raise IncidentNotFound("No such incident.")
    into = incident.relations.merged_into
    if into is not None:
        raise MergedIntoAnother(
            f"{incident.reference} was merged into {into.reference}: go there.",
            into=into.reference,
            incident=f"/v1/incidents/{into.incident_id}",
        )
    if incident.ended:
        how = incident.declined_as.declined if incident.declined_as else "closed"
        raise IncidentEnded(
            f"{incident.reference} was {how} and takes no more commands; declare a new incident.",
            allowed=["declare"],
        )
    return incident.incident_id


def unresolved(incident: Incident) -> IncidentId:
    """Return the id of an incident whose response is still under way.

    Raises: IncidentNotFound, IncidentEnded, IncidentResolvedAlready.
    """
    incident_id = live(incident)
    if incident.resolved:
        raise IncidentResolvedAlready(
            f"{incident.reference} is resolved: reopen it first.", allowed=["reopen", "close"]
        )
    return incident_id


def still_in(person: ResponderId | None, incident: Incident) -> None:
    """Let everybody pass but somebody who was removed from a private incident.

    Raises: RemovedFromIncident.
    """
    if incident.privacy.shuts_out(person):
        raise RemovedFromIncident(
            f"{person} was removed from this incident: let them in first, as a member.",
            allowed=["add_member"],
        )


def explained(reason: str | None, ask: str) -> str:
    """Return the reason given.

    Raises: ReasonRequired.
    """
    if reason is None or not reason.strip():
        raise ReasonRequired(ask)
    return reason


def led_by_the_actor(actor: Actor, incident: Incident, action: str) -> None:
    """Let the incident commander pass, and an admin.

    Raises: NotTheCommander.
    """
    commander = incident.roles.get(Role.COMMANDER)
    if actor.is_admin or (commander is not None and actor.responder_id == commander):
        return
    who = (
        f"{commander} is incident commander"
        if commander
        else "nobody is incident commander yet: assign the role"
    )
    raise NotTheCommander(
        f"Only the incident commander {action}; {who}.",
        commander=commander,
        allowed=["hand_over_role"] if commander else ["assign_role"],
    )
