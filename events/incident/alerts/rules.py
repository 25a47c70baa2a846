"""Alert rules: one that joins pages again, raises the incident, or asks to look once more."""

from dataclasses import replace
from functools import reduce
from typing import Final

from events.incident.alerts.commands import JoinAlerts
from events.incident.description.rules import described_anew
from events.incident.description.state import MONITOR
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.events import IncidentPageRequested
from events.incident.pages.rules import once_more, page_cancelled, wanted_pages
from events.incident.phases import Phase
from events.incident.require import unresolved
from events.incident.roles.events import Role
from events.incident.severity.events import IncidentSeverityChanged
from events.incident.severity.response import ALERT, page_again, severity_response
from events.incident.state import Incident, evolve
from events.incident.watch.reminders import holders, reminder
from events.page.purpose import Purpose
from events.response_policy.policy import When
from events.values.severity import is_worse

WORSE: Final = "alert_worse"  # the incident commander is asked to judge anew
MITIGATED: Final = "alert_after_mitigation"


def join_alerts(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Page again where nobody has the incident, raise it, or ask whoever mitigated it to look.

    Nothing where somebody has it and nothing got worse. Alerts that fire still only see to it that
    somebody has it: what they are worth was judged when they came, by the rules or by a person. A
    monitor that acknowledged knew of the alerts that fired by then: those that come ask for people.
    Raises: IncidentNotFound, IncidentEnded, IncidentResolvedAlready, MergedIntoAnother.
    """
    unresolved(incident)
    silent = [
        event
        for number in command.unanswered
        for event in page_cancelled(number, "nobody answered", incident, command)
    ]
    state = _pageable(command, _had_by_people(command, reduce(evolve, silent, incident)))
    worse = command.news and is_worse(command.severity, state.severity)
    asked = _worse(command, state) if worse else []
    raised = any(isinstance(event, IncidentSeverityChanged) for event in asked)
    described = described_anew(command, state, raised=raised)
    state = reduce(evolve, asked, state)
    if not is_attended(state):
        ask = f"{command.words}: nobody has this incident"
        asked += page_again(state, about=ALERT, ask=ask, command=command)
    elif command.news and not any(isinstance(event, IncidentPageRequested) for event in asked):
        asked += _reminded(command, state)
    return [*silent, *asked, *described] if asked else described


def _had_by_people(command: JoinAlerts, incident: Incident) -> Incident:
    """Return an incident that a monitor has as one that nobody has, for an alert that is news."""
    holder = incident.acknowledged_by
    if command.news and holder is not None and holder.startswith(MONITOR):
        return replace(incident, acknowledged_by=None)
    return incident


def _pageable(command: JoinAlerts, incident: Incident) -> Incident:
    """Return an incident that had nobody to be paged, with whom its service names by now."""
    if incident.policy is None or incident.escalation_policy_id is not None:
        return incident
    return replace(incident, escalation_policy_id=command.escalation_policy_id)


def is_attended(incident: Incident) -> bool:
    """Return whether somebody has the incident, is or will be paged for it, or owns its work."""
    if incident.acknowledged_by is not None:
        return True
    if any(page.wanted and page.purpose is Purpose.RESPONSE for page in wanted_pages(incident)):
        return True
    return incident.work_item is not None and incident.work_item.open and pages_nobody(incident)


def pages_nobody(incident: Incident) -> bool:
    """Return whether an incident as bad as this one is work for the queue."""
    if incident.policy is None:
        return False
    return incident.policy.policy.response_to(incident.severity).when is When.NEVER


def _worse(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Return what a worse severity leads to.

    An incident commander's judgement is asked for, and not replaced.
    """
    severity = command.severity
    if severity is None:  # of an unknown one the page is taken, and the judgement left to people
        if incident.triaged or incident.acknowledged_by is not None:
            return []
        about, ask = once_more(ALERT, incident), f"{command.words}: nobody knows yet how bad it is"
        return severity_response(incident, None, about=about, ask=ask, command=command)
    if Role.COMMANDER in incident.roles and incident.furthest is not Phase.DETECTION:
        ask = f"{command.words} says {severity}, the incident is {incident.severity}: judge anew"
        return _asked_once(WORSE, ask, (Role.COMMANDER,), incident, command)
    changed = IncidentSeverityChanged(
        incident_id=unresolved(incident),
        severity=severity,
        previous_severity=incident.severity,
        reason=f"{command.words} says so",
        changed_by=command.actor.name,
        changed_at=command.at,
    )
    about, ask = f"severity:{severity}", f"{command.words}: {severity}"
    return [changed, *severity_response(incident, severity, about=about, ask=ask, command=command)]


def _reminded(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Return the question to those who have a mitigated incident; one at a time."""
    if not incident.mitigated or incident.acknowledged_by is None:
        return []
    ask = f"{command.words} fires after the mitigation: look whether it holds"
    return _asked_once(MITIGATED, ask, (Role.OPERATIONS, Role.COMMANDER), incident, command)


def _asked_once(
    about: str, ask: str, roles: tuple[Role, ...], incident: Incident, command: JoinAlerts
) -> list[IncidentEvent]:
    if any(page.wanted and page.about.startswith(f"{about}:") for page in incident.pages):
        return []
    people = holders(incident, *roles)
    return reminder(about=about, ask=ask, people=people, incident=incident, command=command)


RULES: Rules = {JoinAlerts: join_alerts}
