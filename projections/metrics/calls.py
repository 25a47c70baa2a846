"""Calls: when somebody was first asked to take an incident.

A page that waits for its time calls nobody before, and one that was called off by then never did.
A reminder asks for something else.
"""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentResolved,
)
from events.incident.pages.events import (
    IncidentPageCancelled,
    IncidentPageRequested,
    IncidentPageSentNow,
)
from events.incident.pages.state import FIRST, pages_after
from events.incident.relations.events import IncidentMerged
from events.incident.snooze.events import IncidentSnoozed, SnoozedPage
from events.page.purpose import Purpose
from projections.engine.rows import Moment

type Calls = tuple[Call, ...]


class Call(Struct, frozen=True, kw_only=True):
    """One response page's call."""

    number: int  # of the page
    at: Moment | None  # None: with the declaration, whenever that was
    waits: bool = False  # for its time; until then it may be called off


def calls_after(calls: Calls, event: object) -> Calls:
    """Return the calls after any event of the incident."""
    match event:
        case IncidentDeclared():
            return (Call(number=FIRST, at=None),) if pages_after((), event) else ()
        case IncidentPageRequested(purpose=Purpose.RESPONSE, requested_at=at):
            later = event.not_before if event.not_before and event.not_before > at else None
            return _with(calls, Call(number=event.number, at=later or at, waits=later is not None))
        case IncidentSnoozed(page=SnoozedPage() as page):
            return _with(calls, Call(number=page.number, at=page.not_before, waits=True))
        case IncidentPageSentNow():
            return tuple(_sent_now(call, event) for call in calls)
        case IncidentPageCancelled(cancelled_at=at):
            return _called_off(calls, at, event.number)
        case IncidentAcknowledged(acknowledged_at=at):
            return _called_off(calls, at)
        case IncidentResolved(resolved_at=at) | IncidentDeclined(declined_at=at):
            return _called_off(calls, at)
        case IncidentClosed(closed_at=at) | IncidentMerged(merged_at=at):
            return _called_off(calls, at)
        case _:
            return calls


def called_at(calls: Calls, declared_at: datetime) -> datetime | None:
    """Return when the first call was, or will be; None: nobody is called."""
    return min((call.at or declared_at for call in calls), default=None)


def _with(calls: Calls, call: Call) -> Calls:
    """Return the calls with one more, unless it comes after one that nothing can take back."""
    sure = any(not before.waits for before in calls)
    return calls if sure else (*calls, call)


def _sent_now(call: Call, event: IncidentPageSentNow) -> Call:
    if call.number != event.number or call.at is None or call.at <= event.sent_now_at:
        return call
    return replace(call, at=event.sent_now_at, waits=False)


def _called_off(calls: Calls, at: datetime, number: int | None = None) -> Calls:
    """Return the calls without those whose time had not come."""
    return tuple(
        call
        for call in calls
        if not (call.waits and call.at is not None and call.at > at)
        or number not in {None, call.number}
    )
