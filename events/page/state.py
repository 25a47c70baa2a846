"""Page state, folded from its events: plan, current step, deliveries, acknowledgement."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from events.configuration.responder import ResponderKind
from events.delivery.events import (
    OVERTAKEN,
    PAGE,
    DeliveryDelayed,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
)
from events.delivery.ledger import Ledger, after
from events.ids import DeliveryId, IncidentId, PageId, ResponderId
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageEscalated,
    PageEvent,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelSkipped,
    PageLevelUnreached,
    PageMessagesLost,
    PageReplanned,
    PageStarted,
    PageStopped,
    PageTimedOut,
)
from events.page.plan import PagePlan, Step, step_after
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as its rules see it; `page_id` is None until it started."""

    page_id: PageId | None = None
    incident_id: IncidentId | None = None
    reference: str = ""
    plan: PagePlan | None = None
    purpose: Purpose = Purpose.RESPONSE
    ask: str = ""
    step: Step | None = None  # where the page is; None before the first level
    last_round: int = 0  # the highest so far, of all plans it had
    reached_at: datetime | None = None  # by its first message, where that was held up
    timed_out: bool = False  # the current step's escalation timeout ran out, or nobody was there
    intended: frozenset[DeliveryId] = frozenset()  # messages of the current step
    sent: bool = False  # a provider took at least one of them
    unsent: frozenset[DeliveryId] = frozenset()  # no provider took them, and none will
    lost: frozenset[DeliveryId] = frozenset()  # they went out and reach nobody who will answer
    held_back: bool = False  # at least one of them was no longer wanted
    ledger: Ledger = field(default_factory=Ledger)
    silent: int = 0  # steps whose people were paged and did not answer
    unreached: int = 0  # steps on which nobody could be paged
    replans: int = 0  # times that it got another plan
    own_answers: frozenset[ResponderId] = frozenset()  # who was paged, and is to answer too
    acknowledged_by: str | None = None
    stopped: bool = False
    exhausted: bool = False

    @property
    def unheard(self) -> bool:
        """Return whether nobody on the current step can have been paged so far.

        Every message failed, is held up, or is known to have reached nobody. One of which nothing
        is known may have arrived.
        """
        return self._is_unheard(self.intended & self.ledger.pending.keys())

    def unheard_by(self, at: datetime) -> bool:
        """Return whether nobody on the current step can have been paged by then.

        A message whose time has not come is still to come, but it has reached nobody yet.
        """
        pending = self.ledger.pending
        due = (key for key in self.intended & pending.keys() if not pending[key].delivery.waits(at))
        return self._is_unheard(frozenset(due))

    def _is_unheard(self, outstanding: frozenset[DeliveryId]) -> bool:
        unknown = outstanding - self.ledger.held_up
        taken = (
            self.intended - self.ledger.pending.keys() - self.unsent if self.sent else frozenset()
        )
        return self.step is not None and not ((taken | unknown) - self.lost or self.held_back)

    @property
    def unreachable(self) -> bool:
        """Return whether to wait for the current step is in vain.

        Messages that are held up may still go out: their step is left at once for another level,
        but no round is repeated and no page given up before its escalation timeout is over.
        """
        held_up = self.intended & self.ledger.pending.keys()
        return self.unheard and (not held_up or self._has_another_level)

    @property
    def _has_another_level(self) -> bool:
        if self.step is None or self.plan is None:
            return False
        following = step_after(self.step, self.plan)
        return following is not None and following.level > self.step.level

    @property
    def silent_until(self) -> datetime | None:
        """Return how long the current step may stay silent, None where nobody is waited for."""
        if self.step is None or self.timed_out or self.plan is None or self.reached_at is None:
            return None
        return self.reached_at + self.plan.levels[self.step.level - 1].escalation_timeout

    @property
    def answered(self) -> bool:
        """Return whether no message is wanted any more: answered, or not needed after all."""
        return self.acknowledged_by is not None or self.stopped

    @property
    def why_unwanted(self) -> str | None:
        """Return the reason that the ledger gives for its messages, None while they are wanted."""
        if self.acknowledged_by is not None:
            return "page_acknowledged"
        return "page_stopped" if self.stopped else None

    @property
    def over(self) -> bool:
        """Return whether nobody is to be paged any more."""
        return self.answered or self.exhausted


INITIAL = Page()


def evolve(page: Page, event: PageEvent) -> Page:
    """Return the page after the event; never refuses."""
    match event:
        case PageStarted():
            return _started(event)
        case PageLevelReached():
            return _reached(page, event)
        case PageLevelEmpty():
            left = _left_at_once(page, event.round, event.level, event.found_at)
            return replace(left, unreached=page.unreached + 1, ledger=_telling(page, event))
        case PageLevelSkipped():
            return _left_at_once(page, event.round, event.level, event.skipped_at)
        case PageEscalated():
            return replace(page, timed_out=True)
        case PageReplanned():
            return _replanned(page, event)
        case DeliverySent():
            return replace(_heard(page, event), ledger=after(page.ledger, event))
        case DeliverySuppressed() | DeliveryFailed():
            return _unsent(page, event)
        case DeliveryDelayed():
            return replace(page, ledger=after(page.ledger, event))
        case PageLevelUnreached():
            return replace(page, timed_out=True, unreached=page.unreached + 1)
        case PageTimedOut():
            return replace(page, timed_out=True, silent=page.silent + 1)
        case PageMessagesLost():
            return replace(page, lost=page.lost | set(event.delivery_ids))
        case PageAcknowledged():
            return replace(page, acknowledged_by=event.acknowledged_by)
        case PageStopped():
            return replace(page, stopped=True)
        case EscalationExhausted():
            return replace(page, exhausted=True, ledger=_telling(page, event))
        case _:
            assert_never(event)


def _started(event: PageStarted) -> Page:
    return Page(
        page_id=event.page_id,
        incident_id=event.incident_id,
        reference=event.reference,
        plan=event.plan,
        purpose=event.purpose,
        ask=event.ask,
    )


def _replanned(page: Page, event: PageReplanned) -> Page:
    """Return the page before the first level of its new plan."""
    return replace(
        page,
        plan=event.plan,
        step=None,
        reached_at=None,
        timed_out=False,
        intended=frozenset(),
        exhausted=False,
        replans=page.replans + 1,
    )


def _reached(page: Page, event: PageLevelReached) -> Page:
    """Return the page on a level; only people are waited for, and not where there are none."""
    channels = {one.responder_id for one in event.people if one.kind is ResponderKind.CHANNEL}
    own = {one.responder_id for one in event.people if one.own_answer}
    return replace(
        page,
        step=Step(round=event.round, level=event.level),
        last_round=max(page.last_round, event.round),
        reached_at=_first_message_at(event, channels),
        timed_out=bool(channels) and all(one.responder_id in channels for one in event.people),
        intended=frozenset(
            delivery.delivery_id
            for delivery in event.deliveries
            if delivery.responder_id not in channels
        ),
        sent=False,
        unsent=frozenset(),
        lost=frozenset(),
        held_back=False,
        own_answers=page.own_answers | own,
        ledger=_telling(page, event),
    )


def _left_at_once(page: Page, round: int, level: int, at: datetime) -> Page:
    return replace(
        page,
        step=Step(round=round, level=level),
        last_round=max(page.last_round, round),
        reached_at=at,
        timed_out=True,
        intended=frozenset(),
        sent=False,
        unsent=frozenset(),
        lost=frozenset(),
        held_back=False,
    )


def _telling(page: Page, event: PageLevelReached | PageLevelEmpty | EscalationExhausted) -> Ledger:
    return page.ledger.intending(PAGE, str(event.page_id), event.incident_id, event.deliveries)


def _first_message_at(event: PageLevelReached, channels: Collection[ResponderId]) -> datetime:
    """Return when the first message of the level goes out: nobody is silent before it is paged."""
    times = (
        one.not_before or event.reached_at
        for one in event.deliveries
        if one.responder_id not in channels
    )
    return max(event.reached_at, min(times, default=event.reached_at))


def _heard(page: Page, event: DeliverySent) -> Page:
    """Return the page after a message went out; who is paged late may be silent as long as others.

    The escalation timeout begins with the first message that was not held up, or went out after.
    """
    if event.delivery_id not in page.intended:
        return page
    late = page.unheard and not page.timed_out
    return replace(page, sent=True, reached_at=event.sent_at if late else page.reached_at)


def _unsent(page: Page, event: DeliveryFailed | DeliverySuppressed) -> Page:
    """Return the page after a message that no provider will take any more."""
    unsent = page.unsent | ({event.delivery_id} & page.intended)
    unwanted = isinstance(event, DeliverySuppressed) and event.reason != OVERTAKEN
    held_back = page.held_back or (unwanted and event.delivery_id in page.intended)
    return replace(page, unsent=unsent, held_back=held_back, ledger=after(page.ledger, event))
