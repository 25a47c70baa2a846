"""Merge target: the incident that goes on when one was merged into another."""

from events.folded_streams import newest
from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.log.store import Log


async def surviving(log: Log, incident_id: IncidentId) -> tuple[IncidentId, Incident]:
    """Return the incident that has it now: itself, unless it was merged.

    Raises: LogUnavailable.
    """
    incident_id, incident, _ = await surviving_at(log, incident_id)
    return incident_id, incident


async def surviving_at(log: Log, incident_id: IncidentId) -> tuple[IncidentId, Incident, int]:
    """Return the incident that has it now, and the version of its stream; 0 if it is not declared.

    No circle is possible: only an incident that goes on takes another one over.
    Raises: LogUnavailable.
    """
    while True:
        incident, version = await newest(log, incident_decider, incident_stream(incident_id))
        merged_into = incident.relations.merged_into
        if merged_into is None:
            return incident_id, incident, version
        incident_id = merged_into.incident_id
