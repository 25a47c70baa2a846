"""Turns of messages to one contact: one goes now and tells all that waits, the others wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from events.delivery.limits import HandedOver, Limits, Waiting, turn_of
from events.ids import DeliveryId

CLAIMED_FOR: Final = timedelta(minutes=1)  # longer than an attempt may take
LATE: Final = timedelta(minutes=15)
GATHERED_FOR: Final = timedelta(seconds=10)
LOOK_AGAIN: Final = timedelta(seconds=3)  # whether what tells this one too has gone out


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The message may go now, and is to tell the others that wait, the first one first."""

    others: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The message is to ask again after this."""

    pause: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Another message has told this one too."""

    told_with: DeliveryId


type Turn = Go | Wait | Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known of one contact at one moment."""

    handed_over: tuple[HandedOver, ...] = ()
    waiting: tuple[Waiting, ...] = ()  # a claim that is too old is not in it


def turn_at(contact: Contact, message: Waiting, limits: Limits, now: datetime) -> Turn:
    """Return what the message that asks is to do now.

    Whose outcome is unknown may go once more, and then tells what it told before and nothing else:
    a provider that drops repeats would drop what is new in it. What is told late waits a moment
    for the rest of what is late, so that a backlog ends in one message.
    """
    mine = message.asking.delivery_id
    waiting = {one.asking.delivery_id: one for one in contact.waiting}
    known = waiting.pop(mine, None)
    if known is not None and known.told_with is not None:
        return Told(told_with=known.told_with)
    going = {one.delivery_id for one in contact.handed_over if not one.settled}
    untold = [one for key, one in waiting.items() if one.told_with is None and key not in going]
    if mine in going:
        return Go(others=in_order(one for one in untold if one.claimed_by == mine))
    if known is not None and known.claimed_by not in {None, mine}:
        return Wait(pause=LOOK_AGAIN)
    if known is None and message.at < now - LATE:
        return Wait(pause=GATHERED_FOR)
    turn = turn_of(message.asking, limits, contact.handed_over, now)
    if turn > now:
        return Wait(pause=turn - now)
    return Go(others=in_order(one for one in untold if one.claimed_by in {None, mine}))


def in_order(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Return what waits, worst first, then what is new, then the newest."""
    return tuple(sorted(waiting, key=lambda one: one.rank, reverse=True))
