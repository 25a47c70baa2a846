"""Contact verification commands. The address is the responder's at that moment, never a wish."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from events.delivery.commands import DeliveryCommand
from events.ids import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContactVerification:
    """Send a code over a contact method."""

    responder_id: ResponderId
    contact_method: int
    channel: str
    address: str = field(repr=False)
    request_id: UUID
    code_digest: str = field(repr=False)
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmContactVerification:
    """Enter the code that came over a contact method."""

    responder_id: ResponderId
    contact_method: int
    channel: str
    address: str = field(repr=False)
    request_id: UUID | None  # of the code that the digest was made for
    code_digest: str = field(repr=False)
    given_up_at: datetime | None = None  # when the address was last none of theirs
    actor: Actor
    at: datetime


type ContactVerificationCommand = (
    RequestContactVerification | ConfirmContactVerification | DeliveryCommand
)
