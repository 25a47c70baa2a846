"""Acknowledgement rules: who is silent too long has it no more, or who is said not to."""

from functools import reduce
from typing import Final

from events.errors import DeadlineNotDue
from events.incident.acknowledgement.commands import LapseAcknowledgement, UnacknowledgeIncident
from events.incident.acknowledgement.events import (
    IncidentAcknowledgementLapsed,
    IncidentUnacknowledged,
)
from events.incident.acknowledgement.lapse import lapses_at
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.require import live, unresolved
from events.incident.severity.response import LAPSED, UNACKNOWLEDGED, page_again
from events.incident.snooze.ending import had_by, snooze_ended
from events.incident.state import Incident, evolve

_PERSON: Final = "responder:"


def lapse_acknowledgement(command: LapseAcknowledgement, incident: Incident) -> list[IncidentEvent]:
    """Page it afresh; nothing if somebody gave a sign of life since the timer was set.

    Raises: DeadlineNotDue.
    """
    incident_id = live(incident)
    holder, active_at = incident.acknowledged_by, incident.active_at
    if lapses_at(incident) != command.due_at or holder is None or active_at is None:
        return []
    if command.at < command.due_at:
        raise DeadlineNotDue(f"The acknowledgement lasts until {command.due_at.isoformat()}.")
    lapsed = IncidentAcknowledgementLapsed(
        incident_id=incident_id, holder=holder, silent_since=active_at, lapsed_at=command.at
    )
    ask = f"No sign of life from {holder.removeprefix(_PERSON)} since {active_at:%H:%M} UTC"
    return [lapsed, *page_again(evolve(incident, lapsed), about=LAPSED, ask=ask, command=command)]


def unacknowledge_incident(
    command: UnacknowledgeIncident, incident: Incident
) -> list[IncidentEvent]:
    """Page it afresh; nothing if nobody has it, as after the end of a snooze.

    Raises: IncidentResolvedAlready.
    """
    incident_id = unresolved(incident)
    holder = had_by(incident, command.at)
    if holder is None:
        return []
    woken = snooze_ended("unacknowledged", incident, command)
    given_back = IncidentUnacknowledged(
        incident_id=incident_id,
        holder=holder,
        reason=command.reason,
        unacknowledged_by=command.actor.name,
        unacknowledged_at=command.at,
    )
    events = [*woken, given_back]
    ask = f"Unacknowledged: {command.reason}" if command.reason else "Nobody has it any more"
    after = reduce(evolve, events, incident)
    return [*events, *page_again(after, about=UNACKNOWLEDGED, ask=ask, command=command)]


RULES: Rules = {
    LapseAcknowledgement: lapse_acknowledgement,
    UnacknowledgeIncident: unacknowledge_incident,
}
