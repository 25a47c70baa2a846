"""Merge rules: two incidents are one, and only one of them goes on."""

from events.errors import HasChildren
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.relations.commands import AbsorbDuplicate, ConcludeRequest, MergeIncident
from events.incident.relations.events import (
    DuplicateAbsorbed,
    IncidentMergeBegun,
    IncidentMerged,
    IncidentMergeRefused,
)
from events.incident.relations.require import apart, of_one_kind, unasked
from events.incident.require import explained, live
from events.incident.roles.rules import joined
from events.incident.state import Incident


def merge_incident(command: MergeIncident, incident: Incident) -> list[IncidentEvent]:
    """Ask the other incident to take this one over; this one ends once that one has agreed.

    Raises: RelatedToItself, RelationUnderWay, HasChildren, ReasonRequired.
    """
    if command.into_incident_id in _asked(incident):
        return []
    incident_id = live(incident)
    unasked(incident)
    apart(command.into_incident_id, incident)
    children = [child.reference for child in incident.relations.children]
    if children:
        raise HasChildren(
            f"{incident.reference} has children ({', '.join(children)}): unlink them first.",
            children=children,
            allowed=["unlink_parent"],
        )
    return [
        IncidentMergeBegun(
            incident_id=incident_id,
            number=incident.relations.requests + 1,
            into_incident_id=command.into_incident_id,
            into_reference=command.into_reference,
            reason=explained(command.reason, "Say how you know that they are the same."),
            begun_by=command.actor.name,
            begun_at=command.at,
        )
    ]


def absorb_duplicate(command: AbsorbDuplicate, incident: Incident) -> list[IncidentEvent]:
    """Take the duplicate over, with its people, but for those who were removed from this one.

    Raises: RelatedToItself, RelationUnderWay, DrillStaysApart.
    """
    absorbed = {duplicate.incident_id for duplicate in incident.relations.duplicates}
    if command.duplicate_incident_id in absorbed:
        return []
    incident_id = live(incident)
    apart(command.duplicate_incident_id, incident)
    unasked(incident)
    of_one_kind(command.duplicate_reference, incident, drill=command.drill)
    people = [
        event
        for person in command.responders
        if not incident.privacy.shuts_out(person)
        for event in joined(incident, person, command)
    ]
    duplicate = DuplicateAbsorbed(
        incident_id=incident_id,
        duplicate_incident_id=command.duplicate_incident_id,
        duplicate_reference=command.duplicate_reference,
        reason=command.reason,
        absorbed_by=command.actor.name,
        absorbed_at=command.at,
    )
    return [duplicate, *people]


def merge_concluded(request: IncidentMergeBegun, command: ConcludeRequest) -> IncidentEvent:
    """Return what the other incident's answer means here."""
    if command.refusal is not None:
        return IncidentMergeRefused(
            incident_id=request.incident_id,
            into_incident_id=request.into_incident_id,
            into_reference=request.into_reference,
            reason=command.refusal,
            refused_at=command.at,
        )
    return IncidentMerged(
        incident_id=request.incident_id,
        into_incident_id=request.into_incident_id,
        into_reference=request.into_reference,
        reason=request.reason,
        merged_by=request.begun_by,
        merged_at=command.at,
    )


def _asked(incident: Incident) -> set[object]:
    """Return into which incident this one is merged, or is being merged."""
    request, merged_into = incident.relations.request, incident.relations.merged_into
    asked: set[object] = set()
    if isinstance(request, IncidentMergeBegun):
        asked.add(request.into_incident_id)
    if merged_into:
        asked.add(merged_into.incident_id)
    return asked


RULES: Rules = {
    MergeIncident: merge_incident,
    AbsorbDuplicate: absorb_duplicate,
}
