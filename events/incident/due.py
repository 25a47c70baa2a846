"""Timers of an incident: everything that happens by itself if nothing changes before."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.incident.acknowledgement.commands import LapseAcknowledgement
from events.incident.acknowledgement.lapse import lapses_at
from events.incident.commands import IncidentCommand, MissDeadline
from events.incident.pages.commands import SendPageNow
from events.incident.snooze.commands import EndSnooze
from events.incident.state import Incident
from events.incident.status_updates.commands import MissStatusUpdate, RemindOfUpdate
from events.incident.status_updates.rules import reminder_at, update_due_at
from events.incident.watch.commands import NoticeUnfilledRoles
from events.incident.watch.rules import missing_roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A command that the incident gives itself at a time, unless it has moved on by then."""

    at: datetime
    why: str  # unique for the whole life of the incident: the command's id is made of it
    command: IncidentCommand  # its own `at` is set anew when it is given


def due(incident: Incident) -> tuple[Due, ...]:
    """Return everything that happens by itself; each facet adds its own."""
    if incident.incident_id is None:
        return ()
    by = Actor(principal=f"workflow:incident/{incident.incident_id}")
    return (
        *due_deadlines(incident, by),
        *due_pages(incident, by),
        *due_snooze(incident, by),
        *due_lapse(incident, by),
        *(() if incident.snooze else (*due_roles(incident, by), *due_updates(incident, by))),
    )


def due_deadlines(incident: Incident, by: Actor) -> tuple[Due, ...]:
    """Return the deadlines that may still be missed."""
    declared_at = incident.declared_at
    if declared_at is None:
        return ()
    return tuple(
        Due(
            at=declared_at + deadline.within,
            why=f"deadline:{deadline.phase}",
            command=MissDeadline(phase=deadline.phase, actor=by, at=declared_at + deadline.within),
        )
        for deadline in incident.running_deadlines
    )


def due_pages(incident: Incident, by: Actor) -> tuple[Due, ...]:
    """Return the pages that wait for their time; the end of a snooze lets go its own."""
    snoozed = incident.snooze.page_number if incident.snooze else None
    return tuple(
        Due(
            at=page.not_before,
            why=f"page_sent_now:{page.number}",
            command=SendPageNow(number=page.number, actor=by, at=page.not_before),
        )
        for page in incident.pages
        if page.wanted and page.not_before is not None and page.number != snoozed
    )


def due_lapse(incident: Incident, by: Actor) -> tuple[Due, ...]:
    """Return the lapse of the acknowledgement; every sign of life puts it off."""
    at = lapses_at(incident)
    if at is None:
        return ()
    why = f"acknowledgement_lapsed:{at.isoformat()}"
    return (Due(at=at, why=why, command=LapseAcknowledgement(due_at=at, actor=by, at=at)),)


def due_snooze(incident: Incident, by: Actor) -> tuple[Due, ...]:
    """Return the end of the snooze."""
    if incident.snooze is None:
        return ()
    until = incident.snooze.until
    why = f"snooze_ended:{until.isoformat()}"
    return (Due(at=until, why=why, command=EndSnooze(due_at=until, actor=by, at=until)),)


def due_roles(incident: Incident, by: Actor) -> tuple[Due, ...]:
    """Return when the roles that nobody fills are next spoken of: together where they can be."""
    missing = missing_roles(incident)
    return tuple(
        Due(
            at=at,
            why=f"roles_unfilled:{at.isoformat()}",
            command=NoticeUnfilledRoles(due_at=at, actor=by, at=at),
        )
        for at in sorted({role.due_at for role in missing})
    )


def due_updates(incident: Incident, by: Actor) -> tuple[Due, ...]:
    """Return the reminder of the next status update, and its end."""
    due_at = update_due_at(incident)
    if due_at is None:
        return ()
    watch = incident.watch
    found: list[Due] = []
    remind_at = reminder_at(incident, due_at)
    if due_at not in {watch.reminded_of, watch.missed}:
        command = RemindOfUpdate(due_at=due_at, actor=by, at=remind_at)
        why = f"update_reminder:{due_at.isoformat()}"
        found.append(Due(at=remind_at, why=why, command=command))
    if watch.missed != due_at:
        missing = MissStatusUpdate(due_at=due_at, actor=by, at=due_at)
        why = f"status_update_missed:{due_at.isoformat()}"
        found.append(Due(at=due_at, why=why, command=missing))
    return tuple(found)
