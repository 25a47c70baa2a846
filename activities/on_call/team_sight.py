"""Team sight: who is in the team that keeps a service's incidents to itself, as of now."""

from events.configuration.team import team_decider
from events.configuration.team_visibility import AGGREGATE, team_visibility_decider
from events.ids import ResponderId, ServiceId, service_stream, team_stream
from events.loading import load
from events.log.store import Log
from events.service.decide import service_decider


async def people_of_hiding_team(log: Log, service_id: str | None) -> frozenset[ResponderId] | None:
    """Return the people of the team that owns a service and hides its incidents; None: none does.

    Raises: EventTooNew, LogUnavailable.
    """
    if service_id is None:
        return None
    service, _ = await load(log, service_decider, service_stream(ServiceId(service_id)))
    if service.team_id is None:
        return None
    stream = AGGREGATE.stream(service.team_id)
    visibility, _ = await load(log, team_visibility_decider, stream)
    if visibility is None or not visibility.team_only:
        return None
    team, _ = await load(log, team_decider, team_stream(service.team_id))
    return frozenset(member.responder_id for member in team.members) if team else frozenset()
