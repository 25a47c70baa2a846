"""Noting of sightings: an answered read of one incident, for the case that it is private."""

from typing import Final

from fastapi import Request

from activities.page.ack_links import AckLink
from events.actor import Actor
from events.ids import IncidentId
from events.log.recorded import Metadata
from services.access.callers import Caller
from services.api.http.authentication import metadata_of
from services.api.http.dependencies import dependencies_of
from services.live.sightings import Sighting

LINK: Final = "link"


def note_sighting(request: Request, caller: Caller, read: str) -> None:
    """Note that a caller was answered about the incident that the request names, if it does."""
    incident_id = getattr(request.state, "incident_id", None)
    if incident_id is None or request.method != "GET":
        return
    _note(request, incident_id, caller.actor, metadata_of(request, caller), read)


def note_sighting_by_link(request: Request, link: AckLink, incident_id: IncidentId | None) -> None:
    """Note that the holder of a link was shown the incident that it is about."""
    if incident_id is None:
        return
    person = link.responder_id
    actor = Actor(principal=f"responder:{person}", responder_id=person)
    metadata = Metadata(
        principal=actor.principal,
        on_behalf_of=person,
        via=LINK,
        correlation_id=request.state.request_id,
    )
    _note(request, incident_id, actor, metadata, "/ack/{token}")


def _note(
    request: Request, incident_id: IncidentId, actor: Actor, metadata: Metadata, read: str
) -> None:
    dependencies = dependencies_of(request)
    sighting = Sighting(
        incident_id=incident_id,
        actor=actor,
        metadata=metadata,
        first_read=f"GET {read}",
        at=dependencies.clock(),
    )
    dependencies.sightings.note(dependencies, sighting)
