"""Role events: responders join, and take roles. Names and fields are a storage format."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from events.ids import IncidentId, ResponderId


class Role(StrEnum):
    """A role in the response: who does what."""

    COMMANDER = "commander"  # coordination and decisions
    COMMUNICATIONS = "communications"  # status updates, stakeholders
    OPERATIONS = "operations"  # investigation and mitigation
    SCRIBE = "scribe"  # timeline, actions, decisions


def spoken(role: str) -> str:
    """Return a role as people read it: the incident commander is written out."""
    return "incident commander" if role == Role.COMMANDER else role


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOffered:
    """Somebody was asked to take a role over; until they accept, its holder keeps it."""

    incident_id: IncidentId
    role: str
    from_responder_id: ResponderId
    to_responder_id: ResponderId
    offered_by: str
    offered_at: datetime
    type: Literal["role.offered"] = "role.offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAccepted:
    """Whoever was offered the role said yes; the handover is the next event."""

    incident_id: IncidentId
    role: str
    responder_id: ResponderId
    accepted_by: str
    accepted_at: datetime
    type: Literal["role.accepted"] = "role.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDeclined:
    """Whoever was offered the role said no; its holder goes on."""

    incident_id: IncidentId
    role: str
    responder_id: ResponderId
    reason: str | None
    declined_by: str
    declined_at: datetime
    type: Literal["role.declined"] = "role.declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOfferWithdrawn:
    """The offer was taken back before it was answered."""

    incident_id: IncidentId
    role: str
    responder_id: ResponderId
    withdrawn_by: str
    withdrawn_at: datetime
    type: Literal["role.offer_withdrawn"] = "role.offer_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUnassigned:
    """The role was given up or taken away, and nobody holds it now."""

    incident_id: IncidentId
    role: str
    responder_id: ResponderId  # who held it
    reason: str | None
    unassigned_by: str
    unassigned_at: datetime
    type: Literal["role.unassigned"] = "role.unassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCommanderOverridden:
    """A reserved action was done by somebody else, or a rule of the roles was forced."""

    incident_id: IncidentId
    action: str
    commander: ResponderId | None  # who was it then
    reason: str | None
    overridden_by: str
    overridden_at: datetime
    type: Literal["incident.commander_overridden"] = "incident.commander_overridden"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderJoined:
    """A responder is now part of the response."""

    incident_id: IncidentId
    responder_id: ResponderId
    added_by: str
    joined_at: datetime
    type: Literal["responder.joined"] = "responder.joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssigned:
    """A responder took or was given a role that nobody held."""

    incident_id: IncidentId
    role: str  # commander, communications, operations, scribe, or a custom one
    responder_id: ResponderId
    assigned_by: str
    assigned_at: datetime
    type: Literal["role.assigned"] = "role.assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHandedOver:
    """A role went from one responder to another."""

    incident_id: IncidentId
    role: str  # commander, communications, operations, scribe, or a custom one
    from_responder_id: ResponderId
    to_responder_id: ResponderId
    handed_over_by: str
    handed_over_at: datetime
    type: Literal["role.handed_over"] = "role.handed_over"


type RoleEvent = (
    ResponderJoined
    | RoleAssigned
    | RoleHandedOver
    | RoleOffered
    | RoleAccepted
    | RoleDeclined
    | RoleOfferWithdrawn
    | RoleUnassigned
    | IncidentCommanderOverridden
)
