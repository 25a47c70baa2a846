"""Page commands: what the incident's workflow and responders may ask of a page."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.delivery.commands import DeliveryCommand
from events.delivery.events import IntendedDelivery
from events.ids import DeliveryId, IncidentId, PageId, ResponderId
from events.page.paged import Paged
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachLevel:
    """Go to a step of the plan, with the messages that are about to be sent."""

    step: Step
    deliveries: tuple[IntendedDelivery, ...]
    at: datetime
    people: tuple[Paged, ...] = ()
    skipped: str | None = None  # why nobody is to be paged by it
    empty: str | None = None  # why nobody can be


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOutLevel:
    """Go on from a step: its escalation timeout ran out, or nobody on it can be reached."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLost:
    """Record that messages which went out reach nobody who will answer: not waited for."""

    delivery_ids: tuple[DeliveryId, ...]
    responder_id: ResponderId
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateNow:
    """Go on from a step at once, though its people might still answer."""

    step: Step  # where whoever asks saw the page
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanPage:
    """Begin anew, with the plan that the policy gives now."""

    number: int  # of such commands to this page, from 1
    plan: PagePlan
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgePage:
    """Acknowledge the page."""

    actor: Actor
    via: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage:
    """Stop paging, because it is no longer wanted."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhaustPage:
    """Record that the plan has no step left."""

    deliveries: tuple[IntendedDelivery, ...] = ()  # to whoever is told of it
    at: datetime


type PageCommand = (
    StartPage
    | ReachLevel
    | DeliveryCommand
    | TimeOutLevel
    | RecordLost
    | EscalateNow
    | ReplanPage
    | AcknowledgePage
    | StopPage
    | ExhaustPage
)
