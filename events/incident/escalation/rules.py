"""Escalation rule: the next level is asked, from where the incident stands, and only once."""

from typing import Final

from events.errors import Conflict, NobodyToPage
from events.incident.escalation.commands import EscalateIncident, LevelSeen
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.rules import once_more, page_cancelled, page_requested, wanted_pages
from events.incident.pages.state import RequestedPage
from events.incident.require import unresolved
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose

ESCALATED: Final = "escalated"


class EscalatedAlready(Conflict):
    """The incident is not at the level any more that was seen: somebody or time was faster."""


def escalate_incident(command: EscalateIncident, incident: Incident) -> list[IncidentEvent]:
    """Page the level after the one that was seen; whoever has the incident has it no longer.

    Raises: EscalatedAlready, NobodyToPage, IncidentResolvedAlready.
    """
    unresolved(incident)
    responses = [page for page in wanted_pages(incident) if page.purpose is Purpose.RESPONSE]
    begun = [page for page in responses if page.not_before is None]
    now = _where(command, begun, incident)
    if now.next_policy_id is None:
        raise NobodyToPage(
            f"Level {now.level} is the last of {incident.reference}: reassign it instead.",
            allowed=["reassign"],
        )
    why = f": {command.reason}" if command.reason else ""
    cancelled = [
        event
        for page in responses
        if page.wanted
        for event in page_cancelled(page.number, "escalated by hand", incident, command)
    ]
    within = None
    if incident.policy is not None:
        within = incident.policy.policy.response_to(incident.severity).acknowledge_within
    page = page_requested(
        incident,
        command,
        purpose=Purpose.RESPONSE,
        about=once_more(ESCALATED, incident),
        ask=f"Escalated{why}",
        target=PageTarget(
            escalation_policy_id=now.next_policy_id,
            from_level=now.next_level,
            acknowledge_within=within,
        ),
    )
    return [*cancelled, page]


def _where(command: EscalateIncident, begun: list[RequestedPage], incident: Incident) -> LevelSeen:
    """Return where the newest page is, if that is what was seen.

    Raises: EscalatedAlready, NobodyToPage.
    """
    now = command.now
    if now is None or not begun:
        raise NobodyToPage(
            f"Nobody was paged for {incident.reference}: reassign it instead.",
            allowed=["reassign"],
        )
    newest = max(page.number for page in begun)
    seen = (command.page, command.round, command.level)
    if newest != command.page or seen != (now.page, now.round, now.level):
        raise EscalatedAlready(
            f"{incident.reference} is at page {max(newest, now.page)} by now, which was at level"
            f" {now.level} in round {now.round}: look at it again.",
            page=max(newest, now.page),
            allowed=["escalate"],
        )
    return now


RULES: Rules = {EscalateIncident: escalate_incident}
