"""How an incident stands to others, folded from its events."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Another incident."""

    incident_id: IncidentId
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Who this incident belongs to, and who belongs to it."""

    requests: int = 0  # ever made to others
    request: IncidentMergeBegun | ParentRequested | None = None  # that waits for its answer
    merged_into: Kin | None = None
    duplicates: tuple[Kin, ...] = ()  # merged into this one
    parent: Kin | None = None
    children: tuple[Kin, ...] = ()
    left: tuple[ParentUnlinked, ...] = ()  # former parents, to be told once in each life


def related(relations: Relations, event: object) -> Relations:
    """Return the relations after the event."""
    match event:
        case IncidentMergeBegun() | ParentRequested() | ParentUnlinked():
            return _requested(relations, event)
        case IncidentMerged():
            into = Kin(incident_id=event.into_incident_id, reference=event.into_reference)
            return replace(relations, request=None, merged_into=into)
        case ParentLinked():
            parent = Kin(incident_id=event.parent_incident_id, reference=event.parent_reference)
            return replace(relations, request=None, parent=parent)
        case IncidentMergeRefused() | ParentLinkRefused():
            return replace(relations, request=None)
        case DuplicateAbsorbed() | ChildLinked() | ChildUnlinked():
            return _grown(relations, event)
        case _:
            return relations


def _requested(
    relations: Relations, event: IncidentMergeBegun | ParentRequested | ParentUnlinked
) -> Relations:
    counted = replace(relations, requests=event.number)
    match event:
        case ParentUnlinked():
            return replace(counted, parent=None, left=(*relations.left, event))
        case ParentRequested():  # what comes back is not to be told that it was left
            others = (
                one for one in relations.left if one.parent_incident_id != event.parent_incident_id
            )
            return replace(counted, request=event, left=tuple(others))
        case IncidentMergeBegun():
            return replace(counted, request=event)


def _grown(
    relations: Relations, event: DuplicateAbsorbed | ChildLinked | ChildUnlinked
) -> Relations:
    match event:
        case DuplicateAbsorbed():
            duplicate = Kin(
                incident_id=event.duplicate_incident_id, reference=event.duplicate_reference
            )
            return replace(relations, duplicates=(*relations.duplicates, duplicate))
        case ChildLinked():
            child = Kin(incident_id=event.child_incident_id, reference=event.child_reference)
            return replace(relations, children=(*relations.children, child))
        case ChildUnlinked():
            children = (
                one for one in relations.children if one.incident_id != event.child_incident_id
            )
            return replace(relations, children=tuple(children))
