"""Page intent: the event that meant a message to be sent, and what it is to say for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from events.delivery.events import IntendedDelivery
from events.ids import DeliveryId, IncidentId, PageId
from events.page.events import EscalationExhausted, PageEvent, PageLevelEmpty, PageLevelReached
from events.page.plan import Step

UNANSWERED: Final = "Nobody has answered"
MEND: Final = "The page goes on without this level. Mend its escalation policy or its schedule."


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A message that was meant to be sent, and when."""

    page_id: PageId
    incident_id: IncidentId
    step: Step
    at: datetime
    delivery: IntendedDelivery
    ask: str = ""  # over what the page itself asks for
    next_step: str = ""  # over what the page would do next


def intent_of(page: Iterable[PageEvent], delivery_id: DeliveryId) -> Intent | None:
    """Return the message with this id, and what it is about; None if none was ever meant."""
    for event in page:
        match event:
            case PageLevelReached():
                step, at, words = Step(round=event.round, level=event.level), event.reached_at, {}
            case PageLevelEmpty():
                step, at = Step(round=event.round, level=event.level), event.found_at
                why = f"Nobody on level {event.level} can be paged: {event.reason}"
                words = {"ask": why, "next_step": MEND}
            case EscalationExhausted():
                step, at = Step(round=event.rounds, level=0), event.exhausted_at
                words = {"ask": UNANSWERED}
            case _:
                continue
        for delivery in event.deliveries:
            if delivery.delivery_id == delivery_id:
                return Intent(
                    page_id=event.page_id,
                    incident_id=event.incident_id,
                    step=step,
                    at=at,
                    delivery=delivery,
                    **words,
                )
    return None
