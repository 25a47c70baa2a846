"""Parent and child rules: one generation deep, so that no circle can close."""

from events.errors import ChildrenOpen, HasChildren, HasParent
from events.incident.commands import ResolveIncident
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.relations.commands import (
    AdoptChild,
    ConcludeRequest,
    LinkParent,
    ReleaseChild,
    UnlinkParent,
)
from events.incident.relations.events import (
    ChildLinked,
    ChildrenLeftOpen,
    ChildUnlinked,
    ParentLinked,
    ParentLinkRefused,
    ParentRequested,
    ParentUnlinked,
)
from events.incident.relations.require import apart, of_one_kind, unasked
from events.incident.require import live
from events.incident.state import Incident


def link_parent(command: LinkParent, incident: Incident) -> list[IncidentEvent]:
    """Ask another incident to be the parent of this one.

    Raises: RelatedToItself, RelationUnderWay, HasParent, HasChildren.
    """
    relations = incident.relations
    request = relations.request
    asked = request.parent_incident_id if isinstance(request, ParentRequested) else None
    parent = relations.parent
    if command.parent_incident_id in {asked, parent.incident_id if parent else None}:
        return []
    incident_id = live(incident)
    unasked(incident)
    apart(command.parent_incident_id, incident)
    if parent is not None:
        raise HasParent(
            f"{incident.reference} is a child of {parent.reference}: unlink it first.",
            parent=parent.reference,
            allowed=["unlink_parent"],
        )
    _childless(incident)
    return [
        ParentRequested(
            incident_id=incident_id,
            number=relations.requests + 1,
            parent_incident_id=command.parent_incident_id,
            parent_reference=command.parent_reference,
            requested_by=command.actor.name,
            requested_at=command.at,
        )
    ]


def adopt_child(command: AdoptChild, incident: Incident) -> list[IncidentEvent]:
    """Take the other incident as a child; one that is a child itself takes none.

    Raises: RelatedToItself, RelationUnderWay, HasParent, DrillStaysApart.
    """
    if command.child_incident_id in {child.incident_id for child in incident.relations.children}:
        return []
    incident_id = live(incident)
    apart(command.child_incident_id, incident)
    unasked(incident)
    parent = incident.relations.parent
    if parent is not None:
        raise HasParent(
            f"{incident.reference} is itself a child of {parent.reference}: link to that one.",
            parent=parent.reference,
        )
    of_one_kind(command.child_reference, incident, drill=command.drill)
    return [
        ChildLinked(
            incident_id=incident_id,
            child_incident_id=command.child_incident_id,
            child_reference=command.child_reference,
            linked_by=command.actor.name,
            linked_at=command.at,
        )
    ]


def link_concluded(request: ParentRequested, command: ConcludeRequest) -> IncidentEvent:
    """Return what the parent's answer means here."""
    if command.refusal is not None:
        return ParentLinkRefused(
            incident_id=request.incident_id,
            parent_incident_id=request.parent_incident_id,
            parent_reference=request.parent_reference,
            reason=command.refusal,
            refused_at=command.at,
        )
    return ParentLinked(
        incident_id=request.incident_id,
        parent_incident_id=request.parent_incident_id,
        parent_reference=request.parent_reference,
        linked_by=request.requested_by,
        linked_at=command.at,
    )


def unlink_parent(command: UnlinkParent, incident: Incident) -> list[IncidentEvent]:
    """Be no child any more; the parent is asked to release it."""
    incident_id = live(incident)
    unasked(incident)
    parent = incident.relations.parent
    if parent is None:
        return []
    return [
        ParentUnlinked(
            incident_id=incident_id,
            number=incident.relations.requests + 1,
            parent_incident_id=parent.incident_id,
            parent_reference=parent.reference,
            unlinked_by=command.actor.name,
            unlinked_at=command.at,
        )
    ]


def release_child(command: ReleaseChild, incident: Incident) -> list[IncidentEvent]:
    """Let a child go; an incident that is over keeps the children it had."""
    children = {child.incident_id: child for child in incident.relations.children}
    child = children.get(command.child_incident_id)
    if child is None:
        return []
    return [
        ChildUnlinked(
            incident_id=live(incident),
            child_incident_id=child.incident_id,
            child_reference=child.reference,
            unlinked_by=command.actor.name,
            unlinked_at=command.at,
        )
    ]


def left_open(command: ResolveIncident, incident: Incident) -> list[IncidentEvent]:
    """Return why children may stay open though their parent is resolved; nothing if none is.

    Raises: ChildrenOpen.
    """
    if not command.open_children:
        return []
    names = ", ".join(command.open_children)
    if command.open_children_reason is None or not command.open_children_reason.strip():
        raise ChildrenOpen(
            f"Still open: {names}. Resolve them, or say why they stay in `open_children_reason`.",
            children=list(command.open_children),
            allowed=["resolve"],
        )
    return [
        ChildrenLeftOpen(
            incident_id=live(incident),
            child_references=command.open_children,
            reason=command.open_children_reason,
            left_open_by=command.actor.name,
            left_open_at=command.at,
        )
    ]


def _childless(incident: Incident) -> None:
    children = [child.reference for child in incident.relations.children]
    if children:
        raise HasChildren(
            f"{incident.reference} has children ({', '.join(children)}): link those instead.",
            children=children,
        )


RULES: Rules = {
    LinkParent: link_parent,
    AdoptChild: adopt_child,
    UnlinkParent: unlink_parent,
    ReleaseChild: release_child,
}
