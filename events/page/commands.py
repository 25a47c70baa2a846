"""What the page's workflow and its responders may ask of a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import DeliveryId, IncidentId, PageId
from events.page.events import IntendedDelivery
from events.page.plan import PagePlan, Step
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """Begin paging."""

    page_id: PageId
    incident_id: IncidentId
    reference: str
    plan: PagePlan
    at: datetime
    purpose: Purpose = Purpose.RESPONSE
    ask: str = ""
    kind: Literal["start_page"] = "start_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachLevel:
    """Go to a step of the plan, with the messages that are about to be sent."""

    step: Step
    deliveries: tuple[IntendedDelivery, ...]
    at: datetime
    kind: Literal["reach_level"] = "reach_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSent:
    """Record that the provider took a message."""

    delivery_id: DeliveryId
    attempts: int
    provider_id: str | None
    at: datetime
    kind: Literal["record_sent"] = "record_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelayed:
    """Record that a message could not be sent so far, while it is tried again."""

    delivery_id: DeliveryId
    attempts: int  # so far
    error: str
    at: datetime
    kind: Literal["record_delayed"] = "record_delayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeliveryFailed:
    """Record that a message could not be delivered."""

    delivery_id: DeliveryId
    attempts: int
    error: str
    at: datetime
    kind: Literal["record_delivery_failed"] = "record_delivery_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSuppressed:
    """Record that a message was not sent, because it was no longer wanted."""

    delivery_id: DeliveryId
    reason: str
    at: datetime
    kind: Literal["record_suppressed"] = "record_suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOutLevel:
    """Go on from a step: its escalation timeout ran out, or nobody on it can be reached."""

    step: Step
    at: datetime
    kind: Literal["time_out_level"] = "time_out_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgePage:
    """Answer the page."""

    actor: Actor
    via: str
    at: datetime
    kind: Literal["acknowledge_page"] = "acknowledge_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage:
    """Stop paging, because it is no longer wanted."""

    reason: str
    at: datetime
    kind: Literal["stop_page"] = "stop_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhaustPage:
    """Record that the plan has no step left."""

    at: datetime
    kind: Literal["exhaust_page"] = "exhaust_page"


type PageCommand = (
    StartPage
    | ReachLevel
    | RecordSent
    | RecordDelayed
    | RecordDeliveryFailed
    | RecordSuppressed
    | TimeOutLevel
    | AcknowledgePage
    | StopPage
    | ExhaustPage
)
