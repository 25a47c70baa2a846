"""What can happen to a responder."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from events.ids import ResponderId
from events.personal import Personal


class Channel(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"  # address: one addr-spec
    WEBHOOK = "webhook"  # address: https URL, signed as Standard Webhooks
    PUSH = "push"  # address: https URL of an ntfy topic


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMethod:
    """One way to reach one person. Neither address nor secret shows in a log line (P11)."""

    channel: Channel
    address: Annotated[str, Personal("responder_id")] = field(repr=False)
    # webhook: the signing secret, "whsec_…"; push: a bearer token
    secret: Annotated[str | None, Personal("responder_id")] = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderRegistered:
    """A person can be paged from now on, or their name or contact methods changed."""

    responder_id: ResponderId
    name: Annotated[str, Personal("responder_id")]
    contact_methods: tuple[ContactMethod, ...]
    registered_by: str
    registered_at: datetime
    type: Literal["responder.registered"] = "responder.registered"


RESPONDER_EVENTS: tuple[type, ...] = (ResponderRegistered,)
