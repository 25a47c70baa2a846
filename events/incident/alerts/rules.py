"""The rules of alerts that join: nobody has the incident, it is worse, or it was mitigated."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from events.incident.alerts.commands import JoinAlerts
from events.incident.description.rules import retold
from events.incident.events import IncidentEvent
from events.incident.pages.rules import call_off, request_page, wanted_pages
from events.incident.phases import Phase
from events.incident.require import unresolved
from events.incident.roles.events import Role
from events.incident.severity.events import IncidentSeverityChanged
from events.incident.severity.response import ALERT, asked_by_severity
from events.incident.state import Incident, evolve
from events.incident.watch.reminders import holders, reminder
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import When
from events.severity import is_worse

WORSE: Final = "alert_worse"  # a commander is asked to judge anew
MITIGATED: Final = "alert_after_mitigation"


def join_alerts(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Page again where nobody has the incident, raise it, or ask whoever mitigated it to look.

    Nothing where somebody has it and nothing got worse. Alerts that fire still only see to it that
    somebody has it: what they are worth was judged when they came, by the rules or by a person.
    Raises: IncidentNotFound, IncidentEnded, IncidentResolvedAlready, MergedIntoAnother.
    """
    unresolved(incident)
    silent = [
        event
        for number in command.unanswered
        for event in call_off(incident, number, "nobody answered", command.actor.name, command.at)
    ]
    state = _pageable(command, _after(silent, incident))
    worse = command.news and is_worse(command.severity, state.severity)
    asked = _worse(command, state) if worse else []
    raised = any(isinstance(event, IncidentSeverityChanged) for event in asked)
    told = retold(command, state, raised=raised)
    state = _after(asked, state)
    if not is_attended(state):
        asked += _paged_again(command, state)
    elif command.news and not any(_calls(event) for event in asked):
        asked += _reminded(command, state)
    return [*silent, *asked, *told] if asked else told


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
    return incident.work_item is not None and incident.work_item.open and _pages_nobody(incident)


def _pages_nobody(incident: Incident) -> bool:
    if incident.policy is None:
        return False
    return incident.policy.policy.response_to(incident.severity).when is When.NEVER


def _worse(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Return what a worse severity leads to; a commander's judgement is asked for, not replaced."""
    severity = command.severity
    by, at, ask = command.actor.name, command.at, f"{command.words}: {severity}"
    if severity is None:  # of an unknown one the page is taken, and the judgement left to people
        if incident.triaged or incident.acknowledged_by is not None:
            return []
        about, ask = _about(ALERT, incident), f"{command.words}: nobody knows yet how bad it is"
        return asked_by_severity(incident, None, about=about, ask=ask, by=by, at=at)
    commander = incident.roles.get(Role.COMMANDER)
    if commander is not None and incident.furthest is not Phase.DETECTION:
        ask = f"{command.words} says {severity}, the incident is {incident.severity}: judge anew"
        return _asked_once(incident, WORSE, ask, (Role.COMMANDER,), by, at)
    changed = IncidentSeverityChanged(
        incident_id=unresolved(incident),
        severity=severity,
        previous_severity=incident.severity,
        reason=f"{command.words} says so",
        changed_by=by,
        changed_at=at,
    )
    about = f"severity:{severity}"
    return [
        changed,
        *asked_by_severity(incident, severity, about=about, ask=ask, by=by, at=at),
    ]


def _paged_again(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Return what gets the incident taken, as if it were declared now."""
    about, by, at = _about(ALERT, incident), command.actor.name, command.at
    ask = f"{command.words}: nobody has this incident"
    if incident.policy is not None:
        return asked_by_severity(incident, incident.severity, about=about, ask=ask, by=by, at=at)
    if incident.escalation_policy_id is None:
        return []
    return [
        request_page(
            incident,
            purpose=Purpose.RESPONSE,
            about=about,
            ask=ask,
            target=PageTarget(escalation_policy_id=incident.escalation_policy_id),
            requested_by=by,
            at=at,
        )
    ]


def _reminded(command: JoinAlerts, incident: Incident) -> list[IncidentEvent]:
    """Return the question to those who have a mitigated incident; one at a time."""
    if not incident.mitigated or incident.acknowledged_by is None:
        return []
    ask = f"{command.words} fires after the mitigation: look whether it holds"
    roles = (Role.OPERATIONS, Role.COMMANDER)
    return _asked_once(incident, MITIGATED, ask, roles, command.actor.name, command.at)


def _asked_once(
    incident: Incident, about: str, ask: str, roles: tuple[Role, ...], by: str, at: datetime
) -> list[IncidentEvent]:
    if any(page.wanted and page.about.startswith(f"{about}:") for page in incident.pages):
        return []
    people = holders(incident, *roles)
    return reminder(incident, about=about, ask=ask, people=people, by=by, at=at)


def _about(what: str, incident: Incident) -> str:
    times = sum(page.about.startswith(f"{what}:") for page in incident.pages)
    return f"{what}:{times + 1}"


def _calls(event: IncidentEvent) -> bool:
    return event.type == "incident.page_requested"


def _after(events: list[IncidentEvent], incident: Incident) -> Incident:
    for event in events:
        incident = evolve(incident, event)
    return incident
