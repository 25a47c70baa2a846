"""What workflows ask of activities and get back: ids only, no address crosses Temporal."""

from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from events.ids import DeliveryId, PageId

SEND_PAGE: Final = "send_page"  # activity name


class SendOrder(BaseModel):
    """One message to send: the activity finds person and address in the log."""

    model_config = ConfigDict(frozen=True)

    page_id: PageId
    delivery_id: DeliveryId


class SendState(StrEnum):
    """How a send ended."""

    SENT = "sent"
    SUPPRESSED = "suppressed"  # no longer wanted when its turn came


class SendOutcome(BaseModel):
    """What became of the message. A failure is an exception, never an outcome."""

    model_config = ConfigDict(frozen=True)

    state: SendState
    attempts: int
    provider_id: str | None = None
    reason: str | None = None  # why it was suppressed
