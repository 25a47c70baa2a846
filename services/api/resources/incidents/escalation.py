"""Level of an incident's newest page: what an escalation by hand goes on from."""

from collections.abc import Mapping

from events.incident.decide import incident_decider
from events.loading import load
from services.commanding.incident_commands import IncidentCommands
from services.newest_level import newest_level


async def where_it_is(commands: IncidentCommands) -> Mapping[str, object]:
    """Return where the newest page that asks for responders is; nothing if none has begun.

    Raises: LogUnavailable.
    """
    log = commands.dependencies.log
    incident, _ = await load(log, incident_decider, commands.stream)
    level = await newest_level(log, incident)
    return {} if level is None else {"now": level}
