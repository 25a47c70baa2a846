"""Mandatory role rules: an unfilled role is recorded, then its reminder page is requested."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from events.errors import DeadlineNotDue
from events.incident.events import IncidentEvent
from events.incident.grammar import Given, Rules
from events.incident.modes import Mode
from events.incident.require import live
from events.incident.roles.events import Role, spoken
from events.incident.state import Incident
from events.incident.watch.commands import NoticeUnfilledRoles
from events.incident.watch.events import RoleUnfilled
from events.incident.watch.reminders import holders, reminder, reminders_cancelled

ABOUT: Final = "roles_unfilled"
NOTICES: Final = 2  # a reminder to whoever is there, then a page for whoever is on call


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A mandatory role that nobody holds, and when that is next spoken of."""

    role: str
    notice: int
    due_at: datetime


def missing_roles(incident: Incident) -> tuple[Missing, ...]:
    """Return the roles to speak of, once somebody is there to fill them.

    Before that, the incident's page does the asking.
    """
    watch = incident.watch
    silent = incident.ended or incident.resolved or incident.mode is Mode.BACKFILLED
    if incident.policy is None or watch.staffed_at is None or silent:
        return ()
    asked = incident.policy.policy.response_to(incident.severity).mandatory_roles
    since = max(watch.staffed_at, watch.severity_at or watch.staffed_at)
    return tuple(
        Missing(
            role=mandatory.role,
            notice=given + 1,
            due_at=max(since, watch.unassigned.get(mandatory.role, since))
            + (given + 1) * mandatory.within,
        )
        for mandatory in asked
        if mandatory.role not in incident.roles
        and mandatory.within > timedelta(0)
        and (given := watch.notices.get(mandatory.role, 0)) < NOTICES
    )


def notice_unfilled_roles(command: NoticeUnfilledRoles, incident: Incident) -> list[IncidentEvent]:
    """Record the roles that are due by now, and ask for all of them in one page.

    Raises: DeadlineNotDue.
    """
    incident_id = live(incident)
    if command.at < command.due_at:
        raise DeadlineNotDue(f"The roles are due at {command.due_at.isoformat()}, not before.")
    due = [missing for missing in missing_roles(incident) if missing.due_at <= command.due_at]
    if not due:
        return []
    found: list[IncidentEvent] = [
        RoleUnfilled(
            incident_id=incident_id,
            role=missing.role,
            notice=missing.notice,
            due_at=missing.due_at,
            unfilled_at=command.at,
        )
        for missing in due
    ]
    names = " or ".join(spoken(missing.role) for missing in due)
    return [
        *found,
        *reminders_cancelled(ABOUT, "it is asked for again", incident, command),
        *reminder(
            about=ABOUT,
            ask=f"Nobody is {names} of {incident.reference}: take the role, or give it to somebody",
            people=holders(incident, Role.COMMANDER),
            incident=incident,
            command=command,
            on_call=max(missing.notice for missing in due) >= NOTICES,
        ),
    ]


def filled(role: str, incident: Incident, command: Given) -> list[IncidentEvent]:
    """Return the end of the reminders, if this was the last role they asked for."""
    others = {other for other in incident.watch.notices if other not in incident.roles} - {role}
    return (
        [] if others else reminders_cancelled(ABOUT, f"{spoken(role)} is filled", incident, command)
    )


RULES: Rules = {NoticeUnfilledRoles: notice_unfilled_roles}
