"""Relation state: parent, children and duplicates, folded from the incident's events."""

from dataclasses import dataclass, replace

from events.ids import IncidentId
from events.incident.relations.events import (
    ChildLinked,
    ChildUnlinked,
    DuplicateAbsorbed,
    IncidentMergeBegun,
    IncidentMerged,
    IncidentMergeRefused,
    ParentLinked,
    ParentLinkRefused,
    ParentRequested,
    ParentUnlinked,
)


@dataclass(frozen=True, slots=True)
class OtherIncident:
    """Another incident."""

    incident_id: IncidentId
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Relations of an incident: its parent, its children, and what was merged."""

    requests: int = 0  # ever made to others
    request: IncidentMergeBegun | ParentRequested | None = None  # that waits for its answer
    merged_into: OtherIncident | None = None
    duplicates: tuple[OtherIncident, ...] = ()  # merged into this one
    parent: OtherIncident | None = None
    children: tuple[OtherIncident, ...] = ()
    left: tuple[ParentUnlinked, ...] = ()  # former parents, to be asked once in each run


def relations_after(relations: Relations, event: object) -> Relations:
    """Return the relations after any event of the incident; never refuses."""
    match event:
        case IncidentMergeBegun():
            return replace(relations, requests=event.number, request=event)
        case ParentRequested():  # a child that comes back is not to be released
            parent_id = event.parent_incident_id
            left = tuple(link for link in relations.left if link.parent_incident_id != parent_id)
            return replace(relations, requests=event.number, request=event, left=left)
        case ParentUnlinked():
            left = (*relations.left, event)
            return replace(relations, requests=event.number, parent=None, left=left)
        case IncidentMerged():
            into = OtherIncident(event.into_incident_id, event.into_reference)
            return replace(relations, request=None, merged_into=into)
        case ParentLinked():
            parent = OtherIncident(event.parent_incident_id, event.parent_reference)
            return replace(relations, request=None, parent=parent)
        case IncidentMergeRefused() | ParentLinkRefused():
            return replace(relations, request=None)
        case DuplicateAbsorbed():
            duplicate = OtherIncident(event.duplicate_incident_id, event.duplicate_reference)
            return replace(relations, duplicates=(*relations.duplicates, duplicate))
        case ChildLinked():
            child = OtherIncident(event.child_incident_id, event.child_reference)
            return replace(relations, children=(*relations.children, child))
        case ChildUnlinked():
            child_id = event.child_incident_id
            children = tuple(child for child in relations.children if child.incident_id != child_id)
            return replace(relations, children=children)
        case _:
            return relations
