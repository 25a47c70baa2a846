"""Sighting rule: once for each person, incident and hour."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import IncidentId
from events.sighting.commands import RecordSighting
from events.sighting.events import SIGHTING_EVENTS, SightingEvent, SightingRecorded
from events.sighting.state import INITIAL, Sightings, evolve, hour_of


def decide(command: RecordSighting, state: Sightings) -> list[SightingEvent]:
    """Return the sighting, nothing if this hour's is kept already."""
    last = state.last_hour.get(command.actor.name)
    if last is not None and last >= hour_of(command.at):
        return []
    return [
        SightingRecorded(
            private_incident_id=command.private_incident_id,
            seen_by=command.actor.name,
            recorded_at=command.at,
            first_read=command.first_read,
            via=command.via,
        )
    ]


sighting_decider: Decider[RecordSighting, Sightings, SightingEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=SIGHTING_EVENTS
)

AGGREGATE = Aggregate(
    noun="sighting", id=IncidentId, decider=sighting_decider, commands=RecordSighting
)
