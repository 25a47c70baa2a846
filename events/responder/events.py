"""What can happen to a responder."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from events.ids import ResponderId


class Channel(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"  # address: one addr-spec
    WEBHOOK = "webhook"  # address: https URL, signed as Standard Webhooks
    PUSH = "push"  # address: https URL of an ntfy topic


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMethod:
    """One way to reach one person."""

    channel: Channel
    address: str
    secret: str | None = None  # webhook: the signing secret, "whsec_…"; push: a bearer token


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderRegistered:
    """A person can be paged from now on, or their name or contact methods changed."""

    responder_id: ResponderId
    name: str
    contact_methods: tuple[ContactMethod, ...]
    registered_by: str
    registered_at: datetime
    type: Literal["responder.registered"] = "responder.registered"


RESPONDER_EVENTS: tuple[type, ...] = (ResponderRegistered,)
