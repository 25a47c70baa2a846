"""What workflows ask of activities and get back: ids only, no address crosses Temporal."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from events.ids import DeliveryId, IncidentId, PageId
from events.incident.state import Incident
from events.log.recorded import Metadata
from events.page.events import IntendedDelivery
from events.page.plan import PagePlan, PageTarget, PlannedLevel, Step
from events.page.state import Page

SEND_PAGE: Final = "send_page"
LOAD_INCIDENT: Final = "load_incident"
LOAD_PAGE: Final = "load_page"
APPEND_EVENTS: Final = "append_events"
INTEND_DELIVERIES: Final = "intend_deliveries"


class Order(BaseModel):
    """Frozen, and tolerant of fields a newer sender adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SendOrder(Order):
    """One message to send: the activity finds person and address in the log."""

    page_id: PageId
    delivery_id: DeliveryId
    possible_repeat: bool = False  # an earlier life of the page may have sent it already
    attempts_before: int = 0  # of activities before this one
    word_after_seconds: float | None = None  # in vain; None: word only at the end


class SendState(StrEnum):
    """How a send ended."""

    SENT = "sent"
    SUPPRESSED = "suppressed"  # no longer wanted when its round came


class SendOutcome(Order):
    """What became of the message. A failure is an exception, never an outcome."""

    state: SendState
    attempts: int
    provider_id: str | None = None
    reason: str | None = None  # why it was suppressed


class IncidentSnapshot(Order):
    """An incident folded from its whole stream, and the version that is true at."""

    state: Incident
    version: int


class LoadPageOrder(Order):
    """Which page to load, and whom it is for, where it may have to begin."""

    page_id: PageId
    target: PageTarget | None  # None: it is not to begin now


class PageSnapshot(Order):
    """A page folded from its whole stream, and the version that is true at."""

    state: Page
    version: int
    plan: PagePlan | None = None  # what it would follow if it began now


class EncodedEvent(Order):
    """One event as the codec wrote it."""

    type: str
    schema_version: int
    payload: str  # canonical JSON


class AppendOrder(Order):
    """Facts to store, decided at this version of the stream."""

    stream: str
    command_id: UUID
    request_digest: str  # hex
    expected_version: int
    events: tuple[EncodedEvent, ...]
    metadata: Metadata


class AppendState(StrEnum):
    """How the log answered."""

    APPENDED = "appended"
    DUPLICATE = "duplicate"  # an earlier attempt stored it: load again, the log may be further on
    CONFLICT = "conflict"  # the stream has moved on: load again, decide again


class AppendReceipt(Order):
    """The log's answer, kept in the workflow's history: a second record of position and hash."""

    state: AppendState
    version: int
    position: int
    hash: str | None  # hex
    event_types: tuple[str, ...]  # what the command led to, when it was stored first


class IntendOrder(Order):
    """Which messages to intend for one step of a page."""

    incident_id: IncidentId
    page_id: PageId
    step: Step
    level: PlannedLevel


class Intended(Order):
    """One delivery for each contact method of each responder; empty when nobody is reachable."""

    deliveries: tuple[IntendedDelivery, ...]
    answer_waits: bool = False  # somebody has answered, and the incident does not know it yet
