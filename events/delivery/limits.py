"""Contact limits: how many messages one contact takes, and when the next one may go out.

They are for people, who read and sleep; a program has none. What has to wait is told together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from events.ids import DeliveryId, IncidentId

LOUD: Final = 4  # urgencies from here on may wake somebody up


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """At most so many messages in any span of this length."""

    messages: int
    span: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one contact takes."""

    windows: tuple[Window, ...]
    pause: timedelta = timedelta(0)  # between two messages

    @property
    def longest(self) -> timedelta:
        """Return how far back messages count."""
        return max((self.pause, *(window.span for window in self.windows)))


MINUTE: Final = timedelta(minutes=1)
QUARTER: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)

# Source: GoAlert, engine/message/ratelimit.go.
TEXT_MESSAGES: Final = Limits(
    pause=MINUTE,
    windows=(
        Window(messages=5, span=QUARTER),
        Window(messages=11, span=HOUR),
        Window(messages=21, span=3 * HOUR),
    ),
)
CALLS: Final = Limits(
    pause=MINUTE,
    windows=(
        Window(messages=3, span=QUARTER),
        Window(messages=7, span=HOUR),
        Window(messages=15, span=3 * HOUR),
    ),
)
# What is read on a screen and can be muted: only a storm is more than this.
ON_A_SCREEN: Final = Limits(
    windows=(Window(messages=10, span=MINUTE), Window(messages=60, span=HOUR))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Message that asks for its turn."""

    delivery_id: DeliveryId
    urgency: int
    first: bool  # the first that this person hears of the matter in this round of it

    @property
    def goes_before(self) -> bool:
        """Return whether it must not wait long: new, and it may wake somebody up."""
        return self.first and self.urgency >= LOUD


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """Message that was handed to a provider, as far as the limits need to know it."""

    delivery_id: DeliveryId
    at: datetime
    urgency: int
    settled: bool = True  # False: nobody can say yet whether it went out


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Message that waits for its turn, or was told together with another."""

    asking: Asking
    kind: str
    about: str
    incident_id: IncidentId | None
    at: datetime  # what it tells happened
    claimed_by: DeliveryId | None = None  # which message is about to tell it too
    told_with: DeliveryId | None = None  # which message told it

    @property
    def rank(self) -> tuple[int, bool, datetime]:
        """Return what is told first has most of: how bad, then what is new, then the newest."""
        return (self.asking.urgency, self.asking.first, self.at)


def turn_of(
    asking: Asking, limits: Limits, earlier: Iterable[HandedOver], now: datetime
) -> datetime:
    """Return when the message may go out; not after `now` if it may go now.

    A loud first page has twice the room of the rest. It also waits for no pause if everything told
    within that was less urgent, so a SEV1 goes out at once after a SEV3.
    """
    past = sorted(earlier, key=lambda one: one.at, reverse=True)
    recent = [one for one in past if one.at + limits.pause > now]
    turn = now
    if recent and not (asking.first and asking.urgency > max(one.urgency for one in recent)):
        turn = recent[0].at + limits.pause
    for window in limits.windows:
        room = window.messages * (2 if asking.goes_before else 1)
        if len(past) >= room:
            turn = max(turn, past[room - 1].at + window.span)
    return turn
