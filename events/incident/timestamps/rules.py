"""The rule of corrected times: with a reason, of what has happened, in an order that can be."""

from events.errors import NotStampedYet
from events.incident.require import explained, live
from events.incident.state import Incident
from events.incident.timestamps.events import CorrectTimestamp, IncidentTimestampCorrected
from events.incident.timestamps.names import Stamp, in_order


def correct_timestamp(
    command: CorrectTimestamp, incident: Incident
) -> list[IncidentTimestampCorrected]:
    """Record when it really was; the deadlines of the response stay where they were.

    Raises: NotStampedYet, ReasonRequired, TimesOutOfOrder.
    """
    incident_id = live(incident)
    before = incident.stamps.at(command.stamp)
    if before == command.happened_at:
        return []
    if before is None and command.stamp is not Stamp.BEGAN:
        raise NotStampedYet(
            f"{incident.reference} was not {command.stamp} yet; a time is corrected after it came."
        )
    reason = explained(command.reason, "Say why the time is corrected.")
    in_order(
        incident.stamps.corrected(command.stamp, command.happened_at), command.stamp, command.at
    )
    return [
        IncidentTimestampCorrected(
            incident_id=incident_id,
            stamp=command.stamp,
            previously_at=before,
            happened_at=command.happened_at,
            reason=reason,
            corrected_by=command.actor.name,
            corrected_at=command.at,
        )
    ]
