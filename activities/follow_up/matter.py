"""Matter of a reminder: the incident, as far as whoever is reminded may know of it."""

from dataclasses import dataclass

from activities.on_call.team_sight import people_of_hiding_team
from activities.policy_in_force import policy_in_force
from events.ids import IncidentId, ResponderId, ServiceId, TeamId, incident_stream, service_stream
from events.incident.decide import incident_decider
from events.incident.privacy.state import Privacy
from events.incident.roles.events import Role
from events.learning_policy.policy import DEFAULT, Reminding
from events.loading import load
from events.log.store import Log
from events.service.decide import service_decider


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The incident that something is to be done after."""

    incident_id: IncidentId
    reference: str
    title: str
    commander: ResponderId | None  # the last one
    team: TeamId | None  # that owns its service
    privacy: Privacy
    known_to: frozenset[ResponderId] | None  # where its team hides it; None: to everybody
    reminding: Reminding = DEFAULT.reminding

    def concerns(self, who: ResponderId) -> bool:
        """Say whether the person may know of the incident."""
        if self.privacy.private:
            return who in self.privacy.members
        return self.known_to is None or who in self.known_to


async def matter_of(log: Log, incident_id: IncidentId) -> Matter:
    """Return the incident as the log has it now.

    Raises: EventTooNew, LogUnavailable.
    """
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    hiding = await people_of_hiding_team(log, incident.service_id)
    working = incident.responders | {*incident.roles.values()}
    return Matter(
        incident_id=incident_id,
        reference=incident.reference,
        title=incident.title,
        commander=incident.roles.get(Role.COMMANDER),
        team=await _team_of(log, incident.service_id),
        privacy=incident.privacy,
        known_to=None if hiding is None else hiding | working,
        reminding=await _reminding_for(log, incident.service_id),
    )


async def _reminding_for(log: Log, service_id: str | None) -> Reminding:
    service = None if service_id is None else ServiceId(service_id)
    return (await policy_in_force(log, service)).policy.reminding


async def _team_of(log: Log, service_id: str | None) -> TeamId | None:
    if service_id is None:
        return None
    service, _ = await load(log, service_decider, service_stream(ServiceId(service_id)))
    return service.team_id
