"""Timestamp rule: corrected with a reason, once it is set, in a possible order."""

from events.errors import TimestampNotSet
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.require import explained, live
from events.incident.state import Incident
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp, in_order


def correct_timestamp(command: CorrectTimestamp, incident: Incident) -> list[IncidentEvent]:
    """Record when it really was; the deadlines of the response stay where they were.

    Raises: TimestampNotSet, ReasonRequired, TimesOutOfOrder.
    """
    incident_id = live(incident)
    before = incident.timestamps.at(command.timestamp)
    if before == command.happened_at:
        return []
    if before is None and command.timestamp is not Timestamp.BEGAN:
        raise TimestampNotSet(
            f"{incident.reference} was not {command.timestamp} yet: correct the time after that."
        )
    reason = explained(command.reason, "Say why the time is corrected.")
    in_order(
        incident.timestamps.corrected(command.timestamp, command.happened_at),
        command.timestamp,
        command.at,
    )
    return [
        IncidentTimestampCorrected(
            incident_id=incident_id,
            name=command.timestamp,
            previously_at=before,
            happened_at=command.happened_at,
            reason=reason,
            corrected_by=command.actor.name,
            corrected_at=command.at,
        )
    ]


RULES: Rules = {
    CorrectTimestamp: correct_timestamp,
}
