"""The pages an incident has called, as its rules see them: wanted until something ends them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from events.ids import PageId
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentResolved,
)
from events.incident.modes import Mode
from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.relations.events import IncidentMerged
from events.incident.severity.targets import page_target
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import When

FIRST: Final = 1  # the page that every declaration with an escalation policy calls
DECLARED: Final = "declared"
ACKNOWLEDGED: Final = "acknowledged"

type CalledPages = tuple[RequestedPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedPage:
    """One page, from the call for it to the end of the need."""

    number: int
    purpose: Purpose = Purpose.RESPONSE
    about: str = DECLARED
    ask: str = ""
    target: PageTarget
    not_before: datetime | None = None  # it waits until then; None: it does not wait
    over: str | None = None  # why it is no longer wanted
    answered_by: str | None = None  # who took the incident, or answered the reminder
    answered_with: PageId | None = None  # the page whose message was answered, if it was one

    @property
    def wanted(self) -> bool:
        """Return whether somebody is still to answer it."""
        return self.over is None


def pages_after(pages: CalledPages, event: object) -> CalledPages:
    """Return the pages after any event of the incident."""
    match event:
        case IncidentDeclared():
            target = _first_target(event)
            return (RequestedPage(number=FIRST, target=target),) if target else ()
        case IncidentAcknowledged():
            return _taken(pages, event)
        case IncidentResolved():
            why = "resolved"
        case IncidentDeclined():
            why = "declined"
        case IncidentClosed():
            why = "closed"
        case IncidentMerged():
            why = f"merged into {event.into_reference}"
        case _:
            return _changed(pages, event)
    return _ended(pages, why)


def _first_target(event: IncidentDeclared) -> PageTarget | None:
    """Return whom the declaration pages at once; a page that waits is called by an event."""
    policy_id = event.escalation_policy_id
    if event.policy is None:
        return PageTarget(escalation_policy_id=policy_id) if policy_id else None
    policy = event.policy.policy
    response = policy.response_to(event.severity)
    if response.when is not When.IMMEDIATE:
        return None
    return page_target(policy, response, policy_id, own_team_only=event.mode is Mode.DRILL)


def pages_nobody(event: IncidentDeclared) -> bool:
    """Return whether somebody should be paged at once, and there is nobody to page."""
    if event.mode is Mode.BACKFILLED or _first_target(event) is not None:
        return False
    if event.policy is None:
        return True
    return event.policy.policy.response_to(event.severity).when is When.IMMEDIATE


def _changed(pages: CalledPages, event: object) -> CalledPages:
    match event:
        case IncidentPageRequested():
            return (*pages, _called(event))
        case IncidentPageSentNow():
            return _each(pages, event.number, not_before=None)
        case IncidentPageAnswered():
            return _each(
                pages,
                event.number,
                over="answered",
                answered_by=event.answered_by,
                answered_with=event.page_id,
            )
        case IncidentPageCancelled():
            return _each(pages, event.number, over=event.reason)
        case _:
            return pages


def _taken(pages: CalledPages, event: IncidentAcknowledged) -> CalledPages:
    return tuple(
        replace(
            page,
            over=ACKNOWLEDGED,
            answered_by=event.acknowledged_by,
            answered_with=event.page_id,
        )
        if page.wanted and page.purpose is Purpose.RESPONSE
        else page
        for page in pages
    )


def _ended(pages: CalledPages, reason: str) -> CalledPages:
    return tuple(replace(page, over=reason) if page.wanted else page for page in pages)


def _called(event: IncidentPageRequested) -> RequestedPage:
    return RequestedPage(
        number=event.number,
        purpose=event.purpose,
        about=event.about,
        ask=event.ask,
        target=event.target,
        not_before=event.not_before,
    )


def _each(pages: CalledPages, number: int, **changes: Any) -> CalledPages:
    return tuple(replace(page, **changes) if page.number == number else page for page in pages)
