"""Child incidents: as the log has them now."""

from events.ids import incident_stream
from events.incident.decide import incident_decider
from events.loading import load
from services.commanding.incident_commands import IncidentCommands


async def open_children(commands: IncidentCommands) -> dict[str, object]:
    """Return the references of the incident's parts that are neither resolved nor over.

    Raises: LogUnavailable.
    """
    log = commands.dependencies.log
    incident, _ = await load(log, incident_decider, commands.stream)
    references: list[str] = []
    for child in incident.relations.children:
        part, _ = await load(log, incident_decider, incident_stream(child.incident_id))
        if not (part.resolved or part.ended):
            references.append(child.reference)
    return {"open_children": tuple(references)}
