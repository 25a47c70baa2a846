"""Privacy commands: make private or public, add and remove members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import ResponderId
from events.inputs import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIncidentPrivate:
    """Let only members know of the incident: who works on it, is paged for it, or was let in."""

    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["make_incident_private"] = "make_incident_private"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIncidentPublic:
    """Let everybody who reads incidents know of it again: the commander may, and an admin."""

    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["make_incident_public"] = "make_incident_public"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    """Let somebody see a private incident who has no part in the response."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["add_member"] = "add_member"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    """Show somebody nothing of a private incident any more, at once."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["remove_member"] = "remove_member"


type PrivacyCommand = MakeIncidentPrivate | MakeIncidentPublic | AddMember | RemoveMember
