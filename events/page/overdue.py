"""Overdue step of a page: what it should have done by now, had anybody been there to walk it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from events.delivery.ledger import Pending
from events.page.state import Page
from events.page.steering import UNSTEERED, Steer, Steering


class Missed(StrEnum):
    """A step of a page that nobody has taken."""

    START = "start"
    SEND = "send"  # messages were meant to go out, and nobody knows whether they did
    TIME_OUT = "time_out"  # the level was silent long enough, or nobody on it can be reached
    ESCALATE = "escalate"  # somebody wants its level left
    REPLAN = "replan"  # somebody wants it to begin anew
    REACH = "reach"  # the next level, or the end where there is none


STEERED: Final = {Steer.ESCALATE: Missed.ESCALATE, Steer.REPLAN: Missed.REPLAN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """The next step of a page, and from when on it counts as missed."""

    at: datetime
    step: Missed


def overdue(
    page: Page,
    quiet_since: datetime,
    grace: timedelta,
    *,
    may_send: bool,
    steering: Steering = UNSTEERED,
) -> Overdue | None:
    """Return what is missed next if nothing happens to the page, None when nothing more can.

    `quiet_since` is when the page was last heard of, or first wanted. Messages of unknown outcome,
    and such as are held up, are missed only where nobody else can be sending them (`may_send`).
    What people ask of the page comes before what it would do next.
    """
    if page.answered:
        return None
    steer = steering.of(page)
    if steer is not None:
        asked_at = max(quiet_since, steering.at or quiet_since)
        return Overdue(at=asked_at + grace, step=STEERED[steer])
    sends = _sends(page, quiet_since, grace) if may_send else []
    steps = [] if page.exhausted else [_next_step(page, quiet_since, grace)]
    return min([*steps, *sends], key=lambda missed: missed.at, default=None)


def _sends(page: Page, quiet_since: datetime, grace: timedelta) -> list[Overdue]:
    """Return from when on each message is missed; one whose time has not come is not late."""
    times = (_due(one, quiet_since) for one in page.ledger.pending.values())
    return [Overdue(at=time + grace, step=Missed.SEND) for time in times]


def _due(message: Pending, quiet_since: datetime) -> datetime:
    """Return when the message is due next; what else happens to the page puts no first try off."""
    time = message.delivery.not_before
    if time is None or message.attempts_in_vain is not None:
        return max(time or quiet_since, quiet_since)
    return time


def _next_step(page: Page, quiet_since: datetime, grace: timedelta) -> Overdue:
    if page.page_id is None:
        return Overdue(at=quiet_since + grace, step=Missed.START)
    if page.step is None or page.timed_out:
        return Overdue(at=quiet_since + grace, step=Missed.REACH)
    silent_until = quiet_since if page.unreachable else page.silent_until or quiet_since
    return Overdue(at=silent_until + grace, step=Missed.TIME_OUT)
