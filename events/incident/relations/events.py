"""Relation events: an incident is merged into another, or is the child of a parent.

Each event is about the incident whose stream it is in; the other one is named in it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMergeBegun:
    """Somebody found that another incident is the same one; that one has not agreed yet."""

    incident_id: IncidentId
    number: int  # of this incident's requests to others, from 1
    into_incident_id: IncidentId
    into_reference: str
    reason: str
    begun_by: str
    begun_at: datetime
    type: Literal["incident.merge_begun"] = "incident.merge_begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged:
    """The other incident has it now; this one is over."""

    incident_id: IncidentId
    into_incident_id: IncidentId
    into_reference: str
    reason: str
    merged_by: str
    merged_at: datetime
    type: Literal["incident.merged"] = "incident.merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMergeRefused:
    """The other incident could not take it; this one goes on."""

    incident_id: IncidentId
    into_incident_id: IncidentId
    into_reference: str
    reason: str
    refused_at: datetime
    type: Literal["incident.merge_refused"] = "incident.merge_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateAbsorbed:
    """Another incident was the same as this one; its people and its open alerts come here."""

    incident_id: IncidentId
    duplicate_incident_id: IncidentId
    duplicate_reference: str
    reason: str
    absorbed_by: str
    absorbed_at: datetime
    type: Literal["duplicate.absorbed"] = "duplicate.absorbed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentRequested:
    """Somebody found that another incident is its parent; that one has not agreed yet."""

    incident_id: IncidentId
    number: int  # of this incident's requests to others, from 1
    parent_incident_id: IncidentId
    parent_reference: str
    requested_by: str
    requested_at: datetime
    type: Literal["parent.requested"] = "parent.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentLinked:
    """It is the child of another incident."""

    incident_id: IncidentId
    parent_incident_id: IncidentId
    parent_reference: str
    linked_by: str
    linked_at: datetime
    type: Literal["parent.linked"] = "parent.linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentLinkRefused:
    """The other incident could not be its parent."""

    incident_id: IncidentId
    parent_incident_id: IncidentId
    parent_reference: str
    reason: str
    refused_at: datetime
    type: Literal["parent.link_refused"] = "parent.link_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentUnlinked:
    """It is no child of the other incident any more."""

    incident_id: IncidentId
    number: int  # of this incident's requests to others, from 1
    parent_incident_id: IncidentId
    parent_reference: str
    unlinked_by: str
    unlinked_at: datetime
    type: Literal["parent.unlinked"] = "parent.unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLinked:
    """Another incident is a child of this one."""

    incident_id: IncidentId
    child_incident_id: IncidentId
    child_reference: str
    linked_by: str
    linked_at: datetime
    type: Literal["child.linked"] = "child.linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildUnlinked:
    """Another incident is no child of this one any more."""

    incident_id: IncidentId
    child_incident_id: IncidentId
    child_reference: str
    unlinked_by: str
    unlinked_at: datetime
    type: Literal["child.unlinked"] = "child.unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildrenLeftOpen:
    """The incident was resolved though children of it were still open, and this is why."""

    incident_id: IncidentId
    child_references: tuple[str, ...]
    reason: str
    left_open_by: str
    left_open_at: datetime
    type: Literal["children.left_open"] = "children.left_open"


type RelationEvent = (
    IncidentMergeBegun
    | IncidentMerged
    | IncidentMergeRefused
    | DuplicateAbsorbed
    | ParentRequested
    | ParentLinked
    | ParentLinkRefused
    | ParentUnlinked
    | ChildLinked
    | ChildUnlinked
    | ChildrenLeftOpen
)
