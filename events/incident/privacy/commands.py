"""Privacy commands: make private or public, add and remove members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import ResponderId
from events.values.inputs import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIncidentPrivate:
    """Make the incident private: visible to members, who work on it, are paged or were added."""

    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["make_incident_private"] = "make_incident_private"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeIncidentPublic:
    """Make the incident public again; only its incident commander and admins may."""

    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["make_incident_public"] = "make_incident_public"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    """Add a member, who sees the private incident without a part in the response."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["add_member"] = "add_member"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    """Remove a member, who no longer sees the private incident, at once."""

    responder_id: ResponderId
    actor: Actor
    at: datetime
    kind: Literal["remove_member"] = "remove_member"


type PrivacyCommand = MakeIncidentPrivate | MakeIncidentPublic | AddMember | RemoveMember
