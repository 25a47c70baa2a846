"""Responder: a person who can be paged, or a channel that is told, and how to reach them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.configuration.notification_rules import (
    EVERY_WAY_AT_ONCE,
    NotificationRules,
    QuietHours,
    require_possible,
)
from events.definition import definition
from events.errors import NotFound
from events.ids import ResponderId
from events.personal import Personal


class ResponderNotFound(NotFound):
    """There is no such responder."""


class ResponderKind(StrEnum):
    """What a responder is."""

    PERSON = "person"
    CHANNEL = "channel"  # a chat room or a webhook: it is told, and never somebody who can answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMethod:
    """One way to reach one person. Neither address nor secret shows in a log line (P11)."""

    channel: str  # a provider's name: email, webhook, push
    address: Annotated[str, Personal("responder_id")] = field(repr=False)
    # what the provider makes of it: a signing secret, a bearer token
    secret: Annotated[str | None, Personal("responder_id")] = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterResponder:
    """Add a person, or replace what is known of them."""

    responder_id: ResponderId
    name: str
    contact_methods: tuple[ContactMethod, ...]
    kind: ResponderKind = ResponderKind.PERSON
    notification_rules: NotificationRules = EVERY_WAY_AT_ONCE
    quiet_hours: QuietHours | None = None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderRegistered:
    """A person can be paged from now on, or what is known of them changed: name, ways, rules."""

    schema_version: ClassVar[int] = 3

    responder_id: ResponderId
    name: Annotated[str, Personal("responder_id")]
    contact_methods: tuple[ContactMethod, ...]
    kind: ResponderKind = ResponderKind.PERSON
    notification_rules: NotificationRules = EVERY_WAY_AT_ONCE
    quiet_hours: QuietHours | None = None  # of low urgency; None: none
    registered_by: str
    registered_at: datetime
    type: Literal["responder.registered"] = "responder.registered"


def _check(command: RegisterResponder) -> None:
    methods = len(command.contact_methods)
    require_possible(command.notification_rules, methods, command.quiet_hours)


responder_decider = definition(RegisterResponder, ResponderRegistered, check=_check)

AGGREGATE = Aggregate(
    noun="responder", id=ResponderId, decider=responder_decider, commands=RegisterResponder
)
