"""The parts of an incident, as the log has them now."""

from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.log.store import Log


async def open_children(log: Log, incident_id: IncidentId) -> tuple[str, ...]:
    """Return the references of the incident's parts that are neither resolved nor over.

    Raises: LogUnavailable.
    """
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    references: list[str] = []
    for child in incident.relations.children:
        part, _ = await load(log, incident_decider, incident_stream(child.incident_id))
        if not (part.resolved or part.ended):
            references.append(child.reference)
    return tuple(references)
