"""Privacy commands: what people may ask about who knows of an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIncidentPrivate:
    """Let only its members know of the incident."""

    reason: str
    actor: Actor
    at: datetime
    kind: Literal["make_incident_private"] = "make_incident_private"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIncidentPublic:
    """Let everybody who reads incidents know of it."""

    reason: str
    actor: Actor
    at: datetime
    kind: Literal["make_incident_public"] = "make_incident_public"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    """Let somebody know of the private incident."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["add_member"] = "add_member"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    """Let somebody see nothing of the private incident any more."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["remove_member"] = "remove_member"


type PrivacyCommand = MakeIncidentPrivate | MakeIncidentPublic | AddMember | RemoveMember
