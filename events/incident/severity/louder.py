"""Louder pages: what runs with low urgency is sent anew once the severity makes it high."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from events.incident.events import IncidentEvent
from events.incident.grammar import Given
from events.incident.pages.rules import page_cancelled, page_requested, wanted_pages
from events.incident.state import Incident, evolve
from events.page.purpose import Purpose
from events.page.urgency import PageUrgency, urgency_of
from events.values.severity import Severity


def is_louder(severity: Severity | None, incident: Incident) -> bool:
    """Return whether a severity pages with high urgency where the one before did with low.

    A page that runs was sent by people's rules for low urgency, and may wait for a morning.
    """
    before, after = urgency_of(incident.severity), urgency_of(severity)
    return severity is not None and (before, after) == (PageUrgency.LOW, PageUrgency.HIGH)


def paged_louder(
    severity: Severity | None, incident: Incident, *, about: str, ask: str, command: Given
) -> list[IncidentEvent]:
    """Return the running page of an incident without a policy, anew with the higher urgency."""
    if incident.acknowledged_by is not None or not is_louder(severity, incident):
        return []
    events: list[IncidentEvent] = []
    for page in wanted_pages(incident):
        if page.wanted and page.purpose is Purpose.RESPONSE and page.not_before is None:
            again = page_requested(
                incident,
                command,
                purpose=page.purpose,
                about=about,
                ask=ask,
                target=page.target,
                requested_just_now=len(events) // 2,
            )
            events += [*page_cancelled(page.number, ask, incident, command), again]
    return events


def reminded_louder(
    severity: Severity | None,
    incident: Incident,
    asked: Sequence[IncidentEvent],
    *,
    ask: str,
    command: Given,
) -> list[IncidentEvent]:
    """Return the running reminders of an incident anew, with the higher urgency.

    Whoever has the incident, they ask somebody for something whom nobody would wake for it so far.
    `asked` is what the same decision has led to before: what it began or ended is left alone. Who
    asked for it stays the same, and who has declined is not asked again.
    """
    if not is_louder(severity, incident):
        return []
    known = {page.number for page in wanted_pages(incident)}
    now = reduce(evolve, asked, incident)
    quiet = [
        page
        for page in wanted_pages(now)
        if page.number in known
        and page.wanted
        and page.purpose is Purpose.REMINDER
        and page.not_before is None
    ]
    events: list[IncidentEvent] = []
    for number, page in enumerate(quiet):
        again = page_requested(
            now,
            command,
            purpose=page.purpose,
            about=page.about,
            ask=page.ask,
            target=replace(page.target, but=tuple(sorted({*page.target.but, *page.declined}))),
            requested_just_now=number,
        )
        by = page.requested_by or again.requested_by
        why = ask or "sent anew: its severity was raised"
        events += [
            *page_cancelled(page.number, why, now, command),
            replace(again, requested_by=by),
        ]
    return events
