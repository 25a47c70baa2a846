"""Page events. The stream is the delivery ledger of its messages, too."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.ids import DeliveryId, IncidentId, PageId, ResponderId
from events.page.paged import Paged
from events.page.plan import PagePlan
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStarted:
    """Paging began, with a plan that will not change under anybody's feet."""

    schema_version: ClassVar[int] = 2

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
    people: tuple[Paged, ...] = ()  # whom its targets meant at that moment
    schema_version: ClassVar[int] = 3
    type: Literal["page.level_reached"] = "page.level_reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLevelEmpty:
    """Nobody on a level can be reached: the page goes on at once, and the policy needs mending."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    found_at: datetime
    reason: str = ""
    deliveries: tuple[IntendedDelivery, ...] = ()  # to its channels, and to whoever can mend it
    schema_version: ClassVar[int] = 2
    type: Literal["page.level_empty"] = "page.level_empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLevelSkipped:
    """A level is not for this incident, or not for this hour: the page goes on at once."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    reason: str
    skipped_at: datetime
    type: Literal["page.level_skipped"] = "page.level_skipped"


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
class PageMessagesLost:
    """Messages of the current level went out and reach nobody: they are not waited for."""

    page_id: PageId
    incident_id: IncidentId
    delivery_ids: tuple[DeliveryId, ...]
    responder_id: ResponderId
    reason: str  # of the receipt: no_answer, declined
    lost_at: datetime
    type: Literal["page.messages_lost"] = "page.messages_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEscalated:
    """Somebody did not want to wait for a level any longer: the page goes on at once."""

    page_id: PageId
    incident_id: IncidentId
    round: int
    level: int
    escalated_by: str
    escalated_at: datetime
    type: Literal["page.escalated"] = "page.escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReplanned:
    """The page got the plan that its policy gives now, and begins with its first level."""

    page_id: PageId
    incident_id: IncidentId
    plan: PagePlan
    replanned_by: str
    replanned_at: datetime
    type: Literal["page.replanned"] = "page.replanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAcknowledged:
    """Somebody acknowledged the page, so its escalation stops."""

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
    deliveries: tuple[IntendedDelivery, ...] = ()  # to whoever is told that nobody answered
    schema_version: ClassVar[int] = 2
    type: Literal["escalation.exhausted"] = "escalation.exhausted"


type PageEvent = (
    PageStarted
    | PageLevelReached
    | PageLevelEmpty
    | PageLevelSkipped
    | PageLevelUnreached
    | PageTimedOut
    | PageMessagesLost
    | PageEscalated
    | PageReplanned
    | PageAcknowledged
    | PageStopped
    | EscalationExhausted
    | DeliveryEvent
)

PAGE_EVENTS: tuple[type, ...] = (
    PageStarted,
    PageLevelReached,
    PageLevelEmpty,
    PageLevelSkipped,
    PageLevelUnreached,
    PageTimedOut,
    PageMessagesLost,
    PageEscalated,
    PageReplanned,
    PageAcknowledged,
    PageStopped,
    EscalationExhausted,
    *DELIVERY_EVENTS,
)
