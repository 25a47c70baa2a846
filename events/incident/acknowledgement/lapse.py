"""Lapse of an acknowledgement: when it is due, by the policy of the incident's severity."""

from datetime import datetime, timedelta

from events.incident.acknowledgement.events import IncidentAcknowledgementRenewed
from events.incident.events import IncidentEvent
from events.incident.grammar import Given
from events.incident.modes import Mode
from events.incident.require import live
from events.incident.severity.targets import page_target
from events.incident.state import Incident
from events.response_policy.policy import When

SIGNS_APART = 30  # parts of the time it lasts: what comes sooner renews nothing


def lapses_at(incident: Incident) -> datetime | None:
    """Return when nobody has the incident any more, if nobody gives a sign of life before.

    None where that never happens: what is mitigated hurts nobody, and a snooze has its own end.
    """
    lasts = _lasts(incident)
    active_at, waits = incident.active_at, incident.snooze is not None or incident.mitigated
    if lasts is None or active_at is None or waits or not _can_be_paged(incident):
        return None
    return active_at + lasts


def renewed(incident: Incident, command: Given) -> list[IncidentEvent]:
    """Return the fact that whoever has it still does; nothing where it would not lapse for long."""
    lasts, due_at = _lasts(incident), lapses_at(incident)
    if lasts is None or due_at is None or command.at < due_at - lasts + lasts / SIGNS_APART:
        return []
    return [
        IncidentAcknowledgementRenewed(
            incident_id=live(incident), renewed_by=command.actor.name, renewed_at=command.at
        )
    ]


def _lasts(incident: Incident) -> timedelta | None:
    if incident.policy is None or incident.acknowledged_by is None:
        return None
    if incident.resolved or incident.ended or incident.mode is Mode.BACKFILLED:
        return None
    return incident.policy.policy.response_to(incident.severity).acknowledgement_lasts


def _can_be_paged(incident: Incident) -> bool:
    if incident.policy is None:
        return False
    policy = incident.policy.policy
    response = policy.response_to(incident.severity)
    own_team_only = incident.mode is Mode.DRILL or incident.privacy.private
    target = page_target(
        policy, response, incident.escalation_policy_id, own_team_only=own_team_only
    )
    return target is not None and response.when is not When.NEVER
