"""Page request state: each page is wanted until something ends it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from events.ids import PageId, ResponderId
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
    IncidentPageDeclined,
    IncidentPageEscalated,
    IncidentPagePlanRenewed,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.relations.events import IncidentMerged
from events.incident.severity.targets import page_target
from events.incident.snooze.events import IncidentSnoozed, SnoozedPage
from events.page.plan import PageTarget, Step
from events.page.purpose import Purpose
from events.page.steering import UNSTEERED, Steering
from events.response_policy.policy import When

FIRST: Final = 1  # the page that every declaration with an escalation policy requests
DECLARED: Final = "declared"
ACKNOWLEDGED: Final = "acknowledged"
REQUESTED: Final = "requested"  # what a page is about that asks people to help
SNOOZED: Final = "snoozed"  # what the page is about that waits for the end of a snooze
SNOOZE_OVER: Final = "The snooze is over"

type RequestedPages = tuple[RequestedPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedPage:
    """One page, from its request to the end of the need."""

    number: int
    purpose: Purpose = Purpose.RESPONSE
    about: str = DECLARED
    ask: str = ""
    target: PageTarget
    not_before: datetime | None = None  # it waits until then; None: it does not wait
    over: str | None = None  # why it is no longer wanted
    steering: Steering = UNSTEERED  # what was asked of it while it ran
    answered_by: str | None = None  # who took the incident, or answered the reminder
    requested_by: str = ""
    declined: tuple[ResponderId, ...] = ()  # who of those asked said no
    answered_with: PageId | None = None  # the page whose message was answered, if it was one

    @property
    def wanted(self) -> bool:
        """Return whether somebody is still to answer it."""
        return self.over is None

    @property
    def may_be_declined(self) -> bool:
        """Return whether it asks people to help, who may say no."""
        return self.about.startswith(f"{REQUESTED}:")

    @property
    def why_unwanted(self) -> str | None:
        """Return the reason that the ledger gives for its messages, None while it is wanted."""
        if self.wanted:
            return None
        return "page_cancelled" if self.answered_by is None else "incident_acknowledged"


def pages_after(pages: RequestedPages, event: object) -> RequestedPages:
    """Return the pages after any event of the incident; never refuses."""
    match event:
        case IncidentDeclared():
            target = _first_target(event)
            return (RequestedPage(number=FIRST, target=target),) if target else ()
        case IncidentPageRequested():
            return (*pages, _requested(event))
        case IncidentSnoozed(page=SnoozedPage() as page):
            return (*pages, _snoozed(page))
        case IncidentPageSentNow():
            return _each(pages, event.number, not_before=None)
        case IncidentPageAnswered():
            by, page_id = event.answered_by, event.page_id
            return _each(
                pages, event.number, over="answered", answered_by=by, answered_with=page_id
            )
        case IncidentPageDeclined():
            return tuple(_declined(page, event) for page in pages)
        case IncidentPageEscalated():
            step = Step(round=event.round, level=event.level)
            by, at = event.escalated_by, event.escalated_at
            return _steered(pages, event.number, leave=step, by=by, at=at)
        case IncidentPagePlanRenewed():
            return _steered(pages, event.number, 1, by=event.renewed_by, at=event.renewed_at)
        case IncidentPageCancelled():
            return _each(pages, event.number, over=event.reason)
        case IncidentAcknowledged():
            return _taken(pages, event)
        case IncidentResolved():
            return _ended(pages, "resolved")
        case IncidentDeclined():
            return _ended(pages, "declined")
        case IncidentClosed():
            return _ended(pages, "closed")
        case IncidentMerged():
            return _ended(pages, f"merged into {event.into_reference}")
        case _:
            return pages


def _first_target(event: IncidentDeclared) -> PageTarget | None:
    """Return the target that the declaration pages at once; one that waits has an event."""
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


def _taken(pages: RequestedPages, event: IncidentAcknowledged) -> RequestedPages:
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


def _ended(pages: RequestedPages, reason: str) -> RequestedPages:
    return tuple(replace(page, over=reason) if page.wanted else page for page in pages)


def _requested(event: IncidentPageRequested) -> RequestedPage:
    return RequestedPage(
        number=event.number,
        purpose=event.purpose,
        about=event.about,
        ask=event.ask,
        target=event.target,
        not_before=event.not_before,
        requested_by=event.requested_by,
    )


def _declined(page: RequestedPage, event: IncidentPageDeclined) -> RequestedPage:
    """Return the page, which is over once everybody has declined whom it names."""
    if page.number != event.number:
        return page
    declined = (*page.declined, event.responder_id)
    named = page.target.escalation_policy_id is None
    nobody = named and set(page.target.responder_ids) <= set(declined)
    return replace(page, declined=declined, over=page.over or ("declined" if nobody else None))


def _snoozed(page: SnoozedPage) -> RequestedPage:
    return RequestedPage(
        number=page.number,
        about=f"{SNOOZED}:{page.number}",
        ask=SNOOZE_OVER,
        target=page.target,
        not_before=page.not_before,
    )


def _steered(
    pages: RequestedPages, number: int, replans: int = 0, **changes: Any
) -> RequestedPages:
    return tuple(
        replace(
            page,
            steering=replace(page.steering, replans=page.steering.replans + replans, **changes),
        )
        if page.number == number
        else page
        for page in pages
    )


def _each(pages: RequestedPages, number: int, **changes: Any) -> RequestedPages:
    return tuple(replace(page, **changes) if page.number == number else page for page in pages)
