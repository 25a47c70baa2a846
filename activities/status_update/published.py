"""Newest status update of an incident, read from the log."""

from dataclasses import dataclass, replace

from activities.on_call.team_sight import people_of_hiding_team
from events.handle import known
from events.ids import IncidentId, ResponderId, incident_stream
from events.incident.decide import incident_decider
from events.incident.modes import Mode
from events.incident.privacy.state import OPEN, Privacy
from events.incident.state import INITIAL, Incident, evolve
from events.incident.status_updates.events import StatusUpdatePublished
from events.log.codec import codec_for
from events.log.store import Log
from events.values.severity import Severity
from projections.communication.status_update_text import (
    Briefing,
    EarlierUpdate,
    lasted_until,
    status_word,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedUpdate:
    """A status update, and what its readers need to know of its incident."""

    incident_id: IncidentId
    reference: str
    title: str
    service_id: str | None
    mode: Mode
    severity: Severity | None
    number: int
    position: int  # of the event that published it
    briefing: Briefing
    privacy: Privacy = OPEN  # of the incident as it is now
    known_to: frozenset[ResponderId] | None = None  # where its team hides it; None: to everybody

    def concerns(self, responder_id: ResponderId) -> bool:
        """Say whether the person may know of the incident: of a private one only its members.

        Of one that its team keeps to itself only the team, and who works on it.
        """
        if self.privacy.private:
            return responder_id in self.privacy.members
        return self.known_to is None or responder_id in self.known_to


async def newest_update(log: Log, incident_id: IncidentId) -> PublishedUpdate | None:
    """Return the newest update, with the incident as it was then; None if there is none.

    Who may know of the incident is read as it is now.

    Raises: EventTooNew, LogUnavailable.
    """
    stored = await log.opened(await log.read_stream(incident_stream(incident_id)))
    incident, newest = INITIAL, None
    earlier: dict[int | None, EarlierUpdate] = {}
    for recorded in known(codec_for(incident_decider.event_types), stored):
        incident = evolve(incident, recorded.event)
        match recorded.event:
            case StatusUpdatePublished() as event if incident.declared_at is not None:
                newest = PublishedUpdate(
                    incident_id=incident_id,
                    reference=incident.reference,
                    title=incident.title,
                    service_id=incident.service_id,
                    mode=incident.mode,
                    severity=event.severity,
                    number=event.number,
                    position=recorded.position,
                    briefing=_briefing(incident, event, earlier.get(event.corrects)),
                )
                earlier[event.number] = EarlierUpdate(
                    number=event.number, published_at=event.published_at
                )
            case _:
                pass
    team = await people_of_hiding_team(log, incident.service_id)
    working = incident.responders | {*incident.roles.values()}
    known_to = None if team is None else team | working
    return newest and replace(newest, privacy=incident.privacy, known_to=known_to)


def _briefing(
    incident: Incident, event: StatusUpdatePublished, corrects: EarlierUpdate | None
) -> Briefing:
    """Return what the update says, with the incident as it was then."""
    declared_at = incident.timestamps.declared or incident.declared_at or event.published_at
    return Briefing(
        severity=event.severity,
        status=status_word(event.phase, mitigated=incident.mitigated, resolved=incident.resolved),
        lasted=lasted_until(event.published_at, declared_at, incident.timestamps.resolved),
        impact=event.impact,
        current_actions=event.current_actions,
        next_update_at=event.next_update_at,
        at=event.published_at,
        corrects=corrects,
    )
