"""Requests between incidents, and what their answers mean: pure, so that every run agrees."""

from collections.abc import Iterator
from dataclasses import dataclass

from events.actor import actor_named
from events.ids import IncidentId
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.modes import Mode
from events.incident.relations.commands import (
    AbsorbDuplicate,
    AdoptChild,
    ConcludeRequest,
    ReleaseChild,
)
from events.incident.relations.events import IncidentMergeBegun, ParentRequested
from events.incident.relations.merging import merge_concluded
from events.incident.relations.parenting import link_concluded
from events.incident.state import Incident

type Asked = AbsorbDuplicate | AdoptChild | ReleaseChild


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command for another incident; what that one answers is an event here."""

    to: IncidentId
    number: int  # of this incident's requests, so that each is carried out once
    command: Asked


def requests(incident: Incident) -> Iterator[Request]:
    """Yield what has to be asked of others, in the order in which it must be."""
    for left in incident.relations.left:
        yield Request(
            to=left.parent_incident_id,
            number=left.number,
            command=ReleaseChild(
                child_incident_id=left.incident_id,
                actor=actor_named(left.unlinked_by),
                at=left.unlinked_at,
            ),
        )
    match incident.relations.request:
        case IncidentMergeBegun() as begun:
            yield Request(
                to=begun.into_incident_id, number=begun.number, command=absorption(begun, incident)
            )
        case ParentRequested() as asked:
            yield Request(
                to=asked.parent_incident_id, number=asked.number, command=adoption(asked, incident)
            )
        case None:
            return


def absorption(begun: IncidentMergeBegun, incident: Incident) -> AbsorbDuplicate:
    """Return what the other incident is asked for a merge."""
    return AbsorbDuplicate(
        duplicate_incident_id=begun.incident_id,
        duplicate_reference=incident.reference,
        drill=incident.mode is Mode.DRILL,
        responders=tuple(sorted(incident.responders)),
        reason=begun.reason,
        actor=actor_named(begun.begun_by),
        at=begun.begun_at,
    )


def adoption(asked: ParentRequested, incident: Incident) -> AdoptChild:
    """Return what the parent is asked for a link."""
    return AdoptChild(
        child_incident_id=asked.incident_id,
        child_reference=incident.reference,
        drill=incident.mode is Mode.DRILL,
        actor=actor_named(asked.requested_by),
        at=asked.requested_at,
    )


def conclude_request(command: ConcludeRequest, incident: Incident) -> list[IncidentEvent]:
    """Record the answer to the request that waits for it; any other was answered before."""
    request = incident.relations.request
    if request is None or request.number != command.number:
        return []
    if isinstance(request, IncidentMergeBegun):
        return [merge_concluded(request, command)]
    return [link_concluded(request, command)]


RULES: Rules = {
    ConcludeRequest: conclude_request,
}
