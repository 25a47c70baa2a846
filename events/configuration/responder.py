"""Responder: a person who can be paged, or a channel that is told, and how to reach them."""

from dataclasses import dataclass, field, replace
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
from events.configuration.personal_hours import PersonalHours, require_livable
from events.decider import Decider
from events.definition import fact_of
from events.errors import NotFound
from events.ids import ResponderId
from events.values.personal import Personal


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineResponderHours:
    """Say in which zone a person lives, and when they work and sleep."""

    responder_id: ResponderId
    hours: PersonalHours
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderHoursDefined:
    """A person lives by these hours from now on; before the first ones, by the same."""

    responder_id: ResponderId
    hours: PersonalHours
    defined_by: str
    defined_at: datetime
    type: Literal["responder.hours_defined"] = "responder.hours_defined"


type ResponderCommand = RegisterResponder | DefineResponderHours
type ResponderEvent = ResponderRegistered | ResponderHoursDefined


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """A person or a channel, as they are known now."""

    responder_id: ResponderId
    name: str
    contact_methods: tuple[ContactMethod, ...]
    kind: ResponderKind = ResponderKind.PERSON
    notification_rules: NotificationRules = EVERY_WAY_AT_ONCE
    quiet_hours: QuietHours | None = None
    hours: PersonalHours | None = None  # None: nobody has said when they work and sleep


def decide(command: ResponderCommand, responder: Responder | None) -> list[ResponderEvent]:
    """Return what follows from a command to a responder; None: there is none of that name.

    Raises: NotificationRuleImpossible, PersonalHoursImpossible, UnknownZone, ResponderNotFound.
    """
    match command:
        case RegisterResponder():
            methods = len(command.contact_methods)
            require_possible(command.notification_rules, methods, command.quiet_hours)
            fact = fact_of(ResponderRegistered, command)
            return [] if evolve(responder, fact) == responder else [fact]
        case DefineResponderHours():
            require_livable(command.hours)
            if responder is None or responder.kind is not ResponderKind.PERSON:
                raise ResponderNotFound(f"No such person: {command.responder_id}.")
            same = responder.hours == command.hours
            return [] if same else [fact_of(ResponderHoursDefined, command)]


def evolve(responder: Responder | None, event: ResponderEvent) -> Responder | None:
    """Return the responder after an event."""
    match event:
        case ResponderRegistered():
            return Responder(
                responder_id=event.responder_id,
                name=event.name,
                contact_methods=event.contact_methods,
                kind=event.kind,
                notification_rules=event.notification_rules,
                quiet_hours=event.quiet_hours,
                hours=responder.hours if responder else None,
            )
        case ResponderHoursDefined():
            return replace(responder, hours=event.hours) if responder else None


responder_decider: Decider[ResponderCommand, Responder | None, ResponderEvent] = Decider(
    initial=None,
    decide=decide,
    evolve=evolve,
    event_types=(ResponderRegistered, ResponderHoursDefined),
    states=(Responder,),
)

AGGREGATE = Aggregate(
    noun="responder", id=ResponderId, decider=responder_decider, commands=ResponderCommand
)
