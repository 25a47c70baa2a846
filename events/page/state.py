"""What a decision about a page needs to know, folded from its events."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from events.ids import DeliveryId, IncidentId, PageId
from events.page.events import (
    EscalationExhausted,
    IntendedDelivery,
    PageAcknowledged,
    PageDeliveryFailed,
    PageEvent,
    PageLevelEmpty,
    PageLevelReached,
    PageSent,
    PageStarted,
    PageStopped,
    PageSuppressed,
    PageTimedOut,
)
from events.page.plan import PagePlan, Step
from events.purpose import Purpose


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
    reached_at: datetime | None = None
    timed_out: bool = False  # the current step's patience ran out, or nobody was there
    intended: frozenset[DeliveryId] = frozenset()  # messages of the current step
    sent: bool = False  # a provider took at least one of them
    pending: dict[DeliveryId, IntendedDelivery] = field(default_factory=dict)  # intent, no outcome
    acknowledged_by: str | None = None
    stopped: bool = False
    exhausted: bool = False

    @property
    def unreachable(self) -> bool:
        """Return whether every message of the current step failed, so that waiting is in vain."""
        waiting = self.intended & self.pending.keys()
        return self.step is not None and not self.sent and not waiting

    @property
    def answered(self) -> bool:
        """Return whether no message is wanted any more: answered, or not needed after all."""
        return self.acknowledged_by is not None or self.stopped

    @property
    def over(self) -> bool:
        """Return whether nobody is to be paged any more."""
        return self.answered or self.exhausted


INITIAL = Page()


def evolve(page: Page, event: PageEvent) -> Page:
    """Return the page after the event; never refuses."""
    match event:
        case PageStarted():
            return Page(
                page_id=event.page_id,
                incident_id=event.incident_id,
                reference=event.reference,
                plan=event.plan,
                purpose=event.purpose,
                ask=event.ask,
            )
        case PageLevelReached():
            intended = {delivery.delivery_id: delivery for delivery in event.deliveries}
            return replace(
                page,
                step=Step(turn=event.turn, level=event.level),
                reached_at=event.reached_at,
                timed_out=False,
                intended=frozenset(intended),
                sent=False,
                pending={**page.pending, **intended},
            )
        case PageLevelEmpty():
            step = Step(turn=event.turn, level=event.level)
            return replace(page, step=step, reached_at=event.found_at, timed_out=True)
        case PageSent():
            sent = page.sent or event.delivery_id in page.intended
            return replace(page, sent=sent, pending=_without(page, event.delivery_id))
        case PageDeliveryFailed() | PageSuppressed():
            return replace(page, pending=_without(page, event.delivery_id))
        case PageTimedOut():
            return replace(page, timed_out=True)
        case PageAcknowledged():
            return replace(page, acknowledged_by=event.acknowledged_by)
        case PageStopped():
            return replace(page, stopped=True)
        case EscalationExhausted():
            return replace(page, exhausted=True)
        case _:
            assert_never(event)


def _without(page: Page, delivery_id: DeliveryId) -> dict[DeliveryId, IntendedDelivery]:
    return {key: delivery for key, delivery in page.pending.items() if key != delivery_id}
