"""What can happen to a page. This is the delivery ledger too: intent first, outcome after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import DeliveryId, IncidentId, PageId, ResponderId
from events.page.plan import PagePlan
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class IntendedDelivery:
    """One message that is about to be sent: known to the log before any provider is called."""

    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str  # email, webhook, push
    address: int  # index among the responder's contact methods; never the address itself


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStarted:
    """Paging began, with a plan that will not change under anybody's feet."""

    page_id: PageId
    incident_id: IncidentId
    reference: str
    plan: PagePlan
    started_at: datetime
    purpose: Purpose = Purpose.RESPONSE
    ask: str = ""  # what it asks for; empty where the incident itself says enough
    type: Literal["page.started"] = "page.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLevelReached:
    """A level is being paged: first one, or escalated from the level before."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    deliveries: tuple[IntendedDelivery, ...]
    reached_at: datetime
    type: Literal["page.level_reached"] = "page.level_reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLevelEmpty:
    """Nobody on a level can be reached: the page goes on at once, and the policy needs mending."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    found_at: datetime
    type: Literal["page.level_empty"] = "page.level_empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSent:
    """The provider took the message."""

    page_id: PageId
    incident_id: IncidentId
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    attempts: int
    provider_id: str | None  # the provider's own name for the message
    sent_at: datetime
    type: Literal["page.sent"] = "page.sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDeliveryDelayed:
    """The message could not be sent so far; it is tried again, and the page does not wait for it.

    Recorded from time to time while the attempts go on; the newest one counts.
    """

    page_id: PageId
    incident_id: IncidentId
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    attempts: int  # so far
    error: str  # named fault of the last attempt, without addresses or secrets
    delayed_at: datetime
    type: Literal["page.delivery_delayed"] = "page.delivery_delayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDeliveryFailed:
    """The message could not be delivered; escalation goes on."""

    page_id: PageId
    incident_id: IncidentId
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    attempts: int
    error: str  # named fault, without addresses or secrets
    failed_at: datetime
    type: Literal["page.delivery_failed"] = "page.delivery_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSuppressed:
    """The message was not sent, because it was no longer wanted when its round came."""

    page_id: PageId
    incident_id: IncidentId
    delivery_id: DeliveryId
    responder_id: ResponderId
    channel: str
    reason: str
    suppressed_at: datetime
    type: Literal["page.suppressed"] = "page.suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLevelUnreached:
    """No message of a level went out: nobody on it was silent, since nobody on it was paged."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    found_at: datetime
    type: Literal["page.level_unreached"] = "page.level_unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTimedOut:
    """A level stayed silent for all of its escalation timeout."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    timed_out_at: datetime
    type: Literal["page.timed_out"] = "page.timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAcknowledged:
    """Somebody answered."""

    page_id: PageId
    incident_id: IncidentId
    acknowledged_by: str
    responder_id: ResponderId | None
    via: str  # link, incident
    acknowledged_at: datetime
    type: Literal["page.acknowledged"] = "page.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStopped:
    """The page is no longer wanted: the incident was resolved, declined or closed."""

    page_id: PageId
    incident_id: IncidentId
    reason: str
    stopped_at: datetime
    type: Literal["page.stopped"] = "page.stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationExhausted:
    """Every level of every round stayed silent, or could not be reached."""

    page_id: PageId
    incident_id: IncidentId
    rounds: int
    exhausted_at: datetime
    silent: int = 0  # steps whose people were paged and did not answer
    unreached: int = 0  # steps on which nobody could be paged
    type: Literal["escalation.exhausted"] = "escalation.exhausted"


type PageEvent = (
    PageStarted
    | PageLevelReached
    | PageLevelEmpty
    | PageSent
    | PageDeliveryDelayed
    | PageDeliveryFailed
    | PageSuppressed
    | PageLevelUnreached
    | PageTimedOut
    | PageAcknowledged
    | PageStopped
    | EscalationExhausted
)

PAGE_EVENTS: tuple[type, ...] = (
    PageStarted,
    PageLevelReached,
    PageLevelEmpty,
    PageSent,
    PageDeliveryDelayed,
    PageDeliveryFailed,
    PageSuppressed,
    PageLevelUnreached,
    PageTimedOut,
    PageAcknowledged,
    PageStopped,
    EscalationExhausted,
)
