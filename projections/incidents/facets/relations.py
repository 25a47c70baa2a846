"""Relations of an incident, as its detail shows them: parent, children, duplicates."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.incident.relations.events import (
    ChildLinked,
    ChildUnlinked,
    DuplicateAbsorbed,
    IncidentMerged,
    ParentLinked,
    ParentUnlinked,
)
from projections.engine.rows import Moment


class Relative(Struct, frozen=True, kw_only=True):
    """Another incident, and since when it is related."""

    incident_id: UUID
    reference: str
    since: Moment
    by: str
    reason: str | None = None


class Relatives(Struct, frozen=True, kw_only=True):
    """Every other incident that this one has to do with."""

    merged_into: Relative | None = None
    merged: tuple[Relative, ...] = ()  # duplicates that this one took over
    parent: Relative | None = None
    children: tuple[Relative, ...] = ()


def relatives_after(relatives: Relatives, event: object) -> Relatives:
    """Return the relatives after the event."""
    match event:
        case IncidentMerged():
            into = Relative(
                incident_id=event.into_incident_id,
                reference=event.into_reference,
                since=event.merged_at,
                by=event.merged_by,
                reason=event.reason,
            )
            return replace(relatives, merged_into=into)
        case DuplicateAbsorbed():
            duplicate = Relative(
                incident_id=event.duplicate_incident_id,
                reference=event.duplicate_reference,
                since=event.absorbed_at,
                by=event.absorbed_by,
                reason=event.reason,
            )
            return replace(relatives, merged=(*relatives.merged, duplicate))
        case ParentLinked() | ParentUnlinked() | ChildLinked() | ChildUnlinked():
            return _family_after(relatives, event)
        case _:
            return relatives


def _family_after(
    relatives: Relatives, event: ParentLinked | ParentUnlinked | ChildLinked | ChildUnlinked
) -> Relatives:
    match event:
        case ParentLinked():
            parent = Relative(
                incident_id=event.parent_incident_id,
                reference=event.parent_reference,
                since=event.linked_at,
                by=event.linked_by,
            )
            return replace(relatives, parent=parent)
        case ParentUnlinked():
            return replace(relatives, parent=None)
        case ChildLinked():
            child = Relative(
                incident_id=event.child_incident_id,
                reference=event.child_reference,
                since=event.linked_at,
                by=event.linked_by,
            )
            return replace(relatives, children=(*relatives.children, child))
        case ChildUnlinked():
            gone = event.child_incident_id
            others = (child for child in relatives.children if child.incident_id != gone)
            return replace(relatives, children=tuple(others))
