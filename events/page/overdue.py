"""What a page should have done by now, had anybody been there to walk it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.page.state import Page


class Missed(StrEnum):
    """A step of a page that nobody has taken."""

    START = "start"
    SEND = "send"  # messages were meant to go out, and nobody knows whether they did
    TIME_OUT = "time_out"
    REACH = "reach"  # the next level, or the end where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """The next step of a page, and from when on it counts as missed."""

    at: datetime
    step: Missed


def overdue(
    page: Page, quiet_since: datetime, grace: timedelta, *, may_send: bool
) -> Overdue | None:
    """Return what is missed next if nothing happens to the page, None when nothing more can.

    `quiet_since` is when the page was last heard of, or first wanted. Messages of unknown outcome
    are missed only where nobody else can be sending them (`may_send`).
    """
    if page.over:
        return None
    late = quiet_since + grace
    if page.page_id is None:
        return Overdue(at=late, step=Missed.START)
    if page.step is None or page.timed_out or page.unreachable or page.plan is None:
        return Overdue(at=late, step=Missed.REACH)
    if may_send and page.intended & page.pending.keys():
        return Overdue(at=late, step=Missed.SEND)
    patience = page.plan.levels[page.step.level - 1].patience
    return Overdue(at=(page.reached_at or quiet_since) + patience + grace, step=Missed.TIME_OUT)
