"""Relation commands: what people, and other incidents, may ask of an incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import IncidentId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeIncident:
    """Merge the incident into another one, which is the same and goes on in its place."""

    into_incident_id: IncidentId
    into_reference: str
    reason: str
    actor: Actor
    at: datetime
    kind: Literal["merge_incident"] = "merge_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsorbDuplicate:
    """Take another incident over; asked by that one."""

    duplicate_incident_id: IncidentId
    duplicate_reference: str
    drill: bool
    responders: tuple[ResponderId, ...]
    reason: str
    actor: Actor
    at: datetime
    kind: Literal["absorb_duplicate"] = "absorb_duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkParent:
    """Link the incident to a parent."""

    parent_incident_id: IncidentId
    parent_reference: str
    actor: Actor
    at: datetime
    kind: Literal["link_parent"] = "link_parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptChild:
    """Take another incident as a child; asked by that one."""

    child_incident_id: IncidentId
    child_reference: str
    drill: bool
    actor: Actor
    at: datetime
    kind: Literal["adopt_child"] = "adopt_child"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkParent:
    """Unlink the incident from its parent."""

    actor: Actor
    at: datetime
    kind: Literal["unlink_parent"] = "unlink_parent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChild:
    """Let a child go; asked by that one."""

    child_incident_id: IncidentId
    actor: Actor
    at: datetime
    kind: Literal["release_child"] = "release_child"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeRequest:
    """Record what the other incident answered to the request this one has made."""

    number: int  # of the request
    refusal: str | None  # None: it agreed
    actor: Actor
    at: datetime
    kind: Literal["conclude_request"] = "conclude_request"


type RelationCommand = (
    MergeIncident
    | AbsorbDuplicate
    | LinkParent
    | AdoptChild
    | UnlinkParent
    | ReleaseChild
    | ConcludeRequest
)
