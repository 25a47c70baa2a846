"""Snooze rules: who snoozes has it; at the end it is paged afresh, as its policy asks by then."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Final

from events.errors import DeadlineNotDue, Unprocessable
from events.incident.commands import AcknowledgeIncident
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.events import IncidentPageRequested, IncidentPageSentNow
from events.incident.pages.rules import page_cancelled, page_numbered
from events.incident.pages.state import SNOOZE_OVER, SNOOZED
from events.incident.require import live, unresolved
from events.incident.rules import acknowledge_incident
from events.incident.severity.response import page_again
from events.incident.snooze.commands import EndSnooze, SnoozeIncident
from events.incident.snooze.ending import snooze_ended
from events.incident.snooze.events import IncidentSnoozed, SnoozedPage
from events.incident.snooze.state import Snooze
from events.incident.state import Incident, evolve
from events.page.purpose import Purpose

SHORTEST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(days=7)


class SnoozeOutOfRange(Unprocessable):
    """A snooze lasts a minute at least and seven days at most."""


def snooze_incident(command: SnoozeIncident, incident: Incident) -> list[IncidentEvent]:
    """Acknowledge it, and leave it alone until then; snoozed again, the end moves.

    Raises: SnoozeOutOfRange, IncidentResolvedAlready.
    """
    incident_id = unresolved(incident)
    _in_range(command)
    taking = AcknowledgeIncident(actor=command.actor, at=command.at)
    taken = acknowledge_incident(taking, incident)
    had = reduce(evolve, taken, incident)
    before = had.snooze
    if before is not None and before.until == command.until:
        return taken
    cancelled: list[IncidentEvent] = []
    if before is not None and before.page_number is not None:
        cancelled = page_cancelled(before.page_number, "snoozed again", had, command)
    snoozed = IncidentSnoozed(
        incident_id=incident_id,
        until=command.until,
        page=_page_afterwards(command, reduce(evolve, cancelled, had)),
        reason=command.reason,
        snoozed_by=command.actor.name,
        snoozed_at=command.at,
    )
    return [*taken, *cancelled, snoozed]


def end_snooze(command: EndSnooze, incident: Incident) -> list[IncidentEvent]:
    """End it; nothing if there is none, or if it was moved since the timer was set.

    Raises: DeadlineNotDue.
    """
    live(incident)
    snooze = incident.snooze
    if snooze is None or command.due_at not in {None, snooze.until}:
        return []
    if command.due_at is not None and command.at < command.due_at:
        raise DeadlineNotDue(f"The snooze lasts until {command.due_at.isoformat()}.")
    if command.due_at is None and incident.acknowledged_by == command.actor.name:
        return snooze_ended("ended early", incident, command)
    reason = "ended early" if command.due_at is None else "its time has come"
    ended = snooze_ended(reason, incident, command, but_its_page=True)
    return [*ended, *_paged(snooze, reduce(evolve, ended, incident), reason, command)]


def _paged(
    snooze: Snooze, incident: Incident, reason: str, command: EndSnooze
) -> list[IncidentEvent]:
    """Return what its policy asks for now: the page that waits, where it is the same."""
    waiting = page_numbered(incident, snooze.page_number) if snooze.page_number else None
    if waiting is None or not waiting.wanted:
        return page_again(incident, about=SNOOZED, ask=SNOOZE_OVER, command=command)
    others = tuple(page for page in incident.pages if page is not waiting)
    without = replace(incident, pages=(*others, replace(waiting, over=reason)))
    asked = page_again(without, about=SNOOZED, ask=SNOOZE_OVER, command=command)
    wanted = _response_in(asked)
    if wanted is None or wanted.target != waiting.target:
        return [*page_cancelled(waiting.number, reason, incident, command), *asked]
    rest = [event for event in asked if event is not wanted]
    if wanted.not_before is not None:  # business hours begin later: it waits on until then
        return rest
    sent = IncidentPageSentNow(
        incident_id=live(incident),
        number=waiting.number,
        reason="the snooze is over",
        sent_now_by=command.actor.name,
        sent_now_at=command.at,
    )
    return [sent, *rest]


def _page_afterwards(command: SnoozeIncident, incident: Incident) -> SnoozedPage | None:
    """Return the page that will be wanted, as the policy asks for it today."""
    then = replace(command, at=command.until)
    nobody = replace(incident, acknowledged_by=None, snooze=None)
    page = _response_in(page_again(nobody, about=SNOOZED, ask=SNOOZE_OVER, command=then))
    if page is None:
        return None
    not_before = max(command.until, page.not_before or command.until)
    return SnoozedPage(number=page.number, target=page.target, not_before=not_before)


def _response_in(events: list[IncidentEvent]) -> IncidentPageRequested | None:
    pages = [event for event in events if isinstance(event, IncidentPageRequested)]
    return next((page for page in pages if page.purpose is Purpose.RESPONSE), None)


def _in_range(command: SnoozeIncident) -> None:
    shortest, longest = command.at + SHORTEST, command.at + LONGEST
    if not shortest <= command.until <= longest:
        raise SnoozeOutOfRange(
            f"A snooze until {command.until.isoformat()} is not possible now: choose a time from"
            f" {shortest.isoformat()} to {longest.isoformat()}.",
            earliest=shortest.isoformat(),
            latest=longest.isoformat(),
        )


RULES: Rules = {SnoozeIncident: snooze_incident, EndSnooze: end_snooze}
