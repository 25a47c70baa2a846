"""Contact verification events: a code was sent, mistaken, or entered. Never the code itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.ids import ResponderId
from events.values.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactVerificationRequested:
    """A code is being sent over a contact method; the one sent before no longer counts."""

    responder_id: ResponderId
    contact_method: int  # which of the responder's; the first one is 1
    channel: str
    address: Annotated[str, Personal("responder_id")]
    request_id: UUID
    code_digest: str  # under a key that is not in the log: the code has six digits only
    delivery: IntendedDelivery
    expires_at: datetime
    requested_by: str
    requested_at: datetime
    type: Literal["contact_verification.requested"] = "contact_verification.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactVerificationMistaken:
    """Somebody entered a wrong code."""

    responder_id: ResponderId
    contact_method: int
    request_id: UUID
    tries_left: int
    mistaken_by: str
    mistaken_at: datetime
    type: Literal["contact_verification.mistaken"] = "contact_verification.mistaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactVerificationConfirmed:
    """The code was entered: this address reaches its person, as long as it stays."""

    responder_id: ResponderId
    contact_method: int
    channel: str
    address: Annotated[str, Personal("responder_id")]
    request_id: UUID
    confirmed_by: str
    confirmed_at: datetime
    type: Literal["contact_verification.confirmed"] = "contact_verification.confirmed"


type ContactVerificationEvent = (
    ContactVerificationRequested
    | ContactVerificationMistaken
    | ContactVerificationConfirmed
    | DeliveryEvent
)

CONTACT_VERIFICATION_EVENTS: tuple[type, ...] = (
    ContactVerificationRequested,
    ContactVerificationMistaken,
    ContactVerificationConfirmed,
    *DELIVERY_EVENTS,
)
