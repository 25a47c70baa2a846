"""Preconditions of relations; each refusal says what is allowed instead."""

from events.errors import DrillStaysApart, RelatedToItself, RelationUnderWay
from events.ids import IncidentId
from events.incident.modes import Mode
from events.incident.relations.events import IncidentMergeBegun
from events.incident.state import Incident


def unasked(incident: Incident) -> None:
    """Let an incident pass that waits for no other one's answer.

    Raises: RelationUnderWay.
    """
    request = incident.relations.request
    if request is None:
        return
    other = (
        f"merged into {request.into_reference}"
        if isinstance(request, IncidentMergeBegun)
        else f"linked to {request.parent_reference}"
    )
    raise RelationUnderWay(
        f"{incident.reference} is being {other}: ask again in a moment.", retry=True
    )


def apart(other_id: IncidentId, incident: Incident) -> None:
    """Let another incident pass, and not this one again.

    Raises: RelatedToItself.
    """
    if other_id == incident.incident_id:
        raise RelatedToItself(f"{incident.reference} cannot be related to itself.")


def of_one_kind(reference: str, incident: Incident, *, drill: bool) -> None:
    """Let a drill pass to a drill, and a real incident to a real one.

    Raises: DrillStaysApart.
    """
    if drill == (incident.mode is Mode.DRILL):
        return
    which = reference if drill else incident.reference
    raise DrillStaysApart(
        f"{which} is a drill and stays one: declare a real incident, and name the drill in its"
        " summary.",
        allowed=["declare"],
    )
