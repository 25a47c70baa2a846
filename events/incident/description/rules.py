"""Description rules: alerts that join change what a monitor's words were made of."""

from events.incident.alerts.commands import JoinAlerts
from events.incident.description.events import IncidentDescribed
from events.incident.events import IncidentEvent
from events.incident.require import live
from events.incident.state import Incident
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp


def described_anew(command: JoinAlerts, incident: Incident, *, raised: bool) -> list[IncidentEvent]:
    """Return title, summary and beginning as they are now; nothing where a person wrote them.

    The title stays until the incident is raised, and then is that of the worst alert. The summary
    follows until somebody has the incident: after that people write, and its alerts are listed.
    """
    if not command.news or not incident.description.by_monitor:
        return []
    return [*_described(command, incident, raised=raised), *_began(command, incident)]


def _described(command: JoinAlerts, incident: Incident, *, raised: bool) -> list[IncidentDescribed]:
    title = command.title if raised and command.title else incident.title
    summary = command.summary or incident.description.summary
    if incident.acknowledged_by is not None and not raised:
        summary = incident.description.summary
    if (title, summary) == (incident.title, incident.description.summary):
        return []
    return [
        IncidentDescribed(
            incident_id=live(incident),
            title=title,
            summary=summary,
            described_by=command.actor.name,
            described_at=command.at,
        )
    ]


def _began(command: JoinAlerts, incident: Incident) -> list[IncidentTimestampCorrected]:
    """Return the earlier beginning that an alert gives."""
    began, known, detected = (
        command.began_at,
        incident.timestamps.began,
        incident.timestamps.at(Timestamp.DETECTED),
    )
    if began is None or detected is None or began >= (known or detected):
        return []
    if incident.description.began_by_hand:
        return []
    return [
        IncidentTimestampCorrected(
            incident_id=live(incident),
            name=Timestamp.BEGAN,
            previously_at=known,
            happened_at=began,
            reason=f"{command.words} began before",
            corrected_by=command.actor.name,
            corrected_at=command.at,
        )
    ]
