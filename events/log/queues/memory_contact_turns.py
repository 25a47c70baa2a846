"""Turns of messages to one contact in memory: for tests, and one process alone."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from events.delivery.limits import HandedOver, Limits, Waiting
from events.delivery.turns import CLAIMED_FOR, Contact, Go, Turn, Wait, turn_at
from events.ids import DeliveryId


class MemoryTurns:
    """Keeps what `PostgresTurns` keeps; one event loop, so each is decided alone."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self.handovers: defaultdict[bytes, list[HandedOver]] = defaultdict(list)
        self._waiting: defaultdict[bytes, dict[DeliveryId, Waiting]] = defaultdict(dict)
        self._claimed_at: dict[DeliveryId, datetime] = {}

    async def turn(self, contact: bytes, message: Waiting, limits: Limits) -> Turn:
        """Return what the message is to do; who may go counts as handed over from now on."""
        now, asking, waiting = self._clock(), message.asking, self._waiting[contact]
        for one in [one for one in waiting.values() if one.claimed_by is not None]:
            if self._claimed_at[one.asking.delivery_id] + CLAIMED_FOR <= now:
                waiting[one.asking.delivery_id] = replace(one, claimed_by=None)
        handed_over = [one for one in self.handovers[contact] if one.at + limits.longest > now]
        contact_now = Contact(handed_over=tuple(handed_over), waiting=tuple(waiting.values()))
        turn = turn_at(contact_now, message, limits, now)
        match turn:
            case Go(others=others):
                mine = HandedOver(
                    delivery_id=asking.delivery_id, at=now, urgency=asking.urgency, settled=False
                )
                self.handovers[contact].append(mine)
                for one in others:
                    waiting[one.asking.delivery_id] = replace(one, claimed_by=asking.delivery_id)
                    self._claimed_at[one.asking.delivery_id] = now
            case Wait():
                known = waiting.get(asking.delivery_id, message)
                waiting[asking.delivery_id] = replace(known, asking=asking)
            case _:
                pass
        return turn

    async def told_with(self, delivery_id: DeliveryId) -> DeliveryId | None:
        """Return which message told this one too, if one did."""
        for waiting in self._waiting.values():
            if delivery_id in waiting:
                return waiting[delivery_id].told_with
        return None

    async def handed_over(
        self,
        contact: bytes,
        by: DeliveryId,
        bundled: Collection[DeliveryId],
        unwanted: Collection[DeliveryId],
    ) -> None:
        """Record that a message went out and told others; unwanted ones wait no longer."""
        waiting = self._waiting[contact]
        self.handovers[contact] = [
            replace(one, settled=True) if one.delivery_id == by else one
            for one in self.handovers[contact]
        ]
        for one in bundled:
            waiting[one] = replace(waiting[one], told_with=by, claimed_by=None)
        for one in (by, *unwanted):
            waiting.pop(one, None)
        self._unclaim(contact, by)

    async def given_back(self, contact: bytes, by: DeliveryId) -> None:
        """Record that a message certainly did not go out: its turn is somebody else's."""
        mine = [one for one in self.handovers[contact] if one.delivery_id == by]
        for last in mine[-1:]:
            self.handovers[contact].remove(last)
        self._unclaim(contact, by)

    def _unclaim(self, contact: bytes, by: DeliveryId) -> None:
        for key, one in self._waiting[contact].items():
            if one.claimed_by == by:
                self._waiting[contact][key] = replace(one, claimed_by=None)
