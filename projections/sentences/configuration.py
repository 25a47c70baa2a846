"""Configuration sentences: responders, policies, services, integrations, keys."""

from dataclasses import fields
from typing import Any

from events.configuration.api_key import ApiKeyCreated, ApiKeyRevoked
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.configuration.heartbeat import HeartbeatDefined
from events.configuration.integration import (
    IntegrationCreated,
    IntegrationKeyRotated,
    IntegrationMappingChanged,
    IntegrationRevoked,
    IntegrationSigningSecretChanged,
)
from events.configuration.responder import ResponderHoursDefined, ResponderRegistered
from events.configuration.team import TeamDefined
from events.configuration.team_visibility import TeamVisibilityChanged
from events.definition import newest_event
from events.learning_policy.events import LearningPolicyDefined
from events.log.codec import wire_name
from events.registry import AGGREGATES
from events.response_policy.events import ResponsePolicyDefined
from events.service.events import (
    ServiceAlertHandlingChanged,
    ServiceDefined,
    ServiceLinksChanged,
)
from events.subject.events import SubjectForgotten
from projections.sentences.words import because, clock, counted, lasting, listed, person, words


def of_a_definition(event: Any) -> str:
    """Return the sentence of a noun that is only defined, where it has no words of its own."""
    noun, _, participle = wire_name(type(event)).partition(".")
    stated = {field.name: getattr(event, field.name) for field in fields(event)}
    who = next(value for name, value in stated.items() if name.endswith("_by"))
    identity = next(iter(stated.values()))  # comes first in each of them
    what = f"{participle} {noun}".replace("_", " ")
    return f"{person(who)} {what} {identity}"


for aggregate in AGGREGATES:
    if aggregate.decider.evolve is newest_event:
        for kind in aggregate.decider.event_types:
            words.register(kind, of_a_definition)


@words.register
def _(event: ResponderRegistered) -> str:
    channels = listed(method.channel for method in event.contact_methods)
    reached = f"can be reached by {channels}" if channels else "cannot be reached"
    who = person(event.registered_by)
    return f"{who} registered responder {event.responder_id}, who {reached}"


@words.register
def _(event: ResponderHoursDefined) -> str:
    hours = event.hours
    work = f"work from {hours.work_begins:%H:%M} to {hours.work_ends:%H:%M}"
    sleep = f"sleep from {hours.sleep_begins:%H:%M} to {hours.sleep_ends:%H:%M}"
    said = f"defined the hours of {event.responder_id}, by the clock of {hours.zone}"
    return f"{person(event.defined_by)} {said}: {work}, {sleep}"


@words.register
def _(event: HeartbeatDefined) -> str:
    expected = f"expects heartbeat {event.heartbeat_id} every {event.interval_seconds} s"
    late = f" and {event.grace_seconds} s of grace" if event.grace_seconds else ""
    return f"{person(event.defined_by)} {expected}{late}, by integration {event.integration_id}"


@words.register
def _(event: TeamDefined) -> str:
    people = listed(member.responder_id for member in event.members) or "nobody"
    days = f", whose days are those of {event.zone}" if event.zone else ""
    return f"{person(event.defined_by)} defined team {event.team_id}: {people}{days}"


@words.register
def _(event: TeamVisibilityChanged) -> str:
    verb = "kept to the team" if event.team_only else "showed to everybody"
    return f"{person(event.changed_by)} {verb} the incidents of team {event.team_id}"


@words.register
def _(event: EscalationPolicyDefined) -> str:
    policy = f"escalation policy {event.escalation_policy_id}"
    return f"{person(event.defined_by)} defined {policy} with {counted(len(event.levels), 'level')}"


@words.register
def _(event: ResponsePolicyDefined) -> str:
    policy = f"version {event.number} of the response policy of {event.service_id}"
    return f"{person(event.defined_by)} defined {policy}"


@words.register
def _(event: LearningPolicyDefined) -> str:
    policy = f"version {event.number} of the learning policy of {event.learning_policy_id}"
    return f"{person(event.defined_by)} defined {policy}"


@words.register
def _(event: ServiceDefined) -> str:
    paged = f"paged by {event.escalation_policy_id}" if event.escalation_policy_id else "not paged"
    return f"{person(event.defined_by)} defined service {event.service_id}, {paged}"


@words.register
def _(event: ServiceLinksChanged) -> str:
    titles = listed(link.title for link in event.links) or "no link"
    who = person(event.changed_by)
    return f"{who} had incidents of service {event.service_id} begin with {titles}"


@words.register
def _(event: ServiceAlertHandlingChanged) -> str:
    ends, goes_on = event.alert_handling.auto_resolve_after, event.alert_handling.reopen_within
    above = event.alert_handling.storm_above
    said = [
        f"end after {lasting(ends)} without news" if ends else "never end by silence",
        f"reopen their incident within {lasting(goes_on)}"
        if goes_on
        else "never reopen their incident",
        f"are a storm above {counted(above, 'incident')} a minute"
        if above
        else "are never a storm",
    ]
    who = person(event.alert_handling_changed_by)
    return f"{who} decided that alerts of service {event.service_id} {listed(said)}"


@words.register
def _(event: IntegrationCreated) -> str:
    what = f"integration {event.integration_id} for service {event.service_id}"
    return f"{person(event.created_by)} created {what}"


@words.register
def _(event: IntegrationRevoked) -> str:
    return f"{person(event.revoked_by)} revoked integration {event.integration_id}"


@words.register
def _(event: IntegrationKeyRotated) -> str:
    at_once = event.former_until <= event.key_rotated_at
    end = "at once" if at_once else f"from {clock(event.former_until)} on"
    given = f"{person(event.key_rotated_by)} gave integration {event.integration_id} another key"
    return f"{given}; the one of before opens nothing {end}"


@words.register
def _(event: IntegrationSigningSecretChanged) -> str:
    said = "takes only signed messages from" if event.is_signed else "takes unsigned messages from"
    return f"{person(event.signing_secret_changed_by)} {said} integration {event.integration_id}"


@words.register
def _(event: IntegrationMappingChanged) -> str:
    who, what = person(event.mapping_changed_by), f"the JSON of integration {event.integration_id}"
    if event.mapping is None:
        return f"{who} has {what} read by its own fields again"
    return f"{who} set version {event.mapping_version} of how {what} is read"


@words.register
def _(event: ApiKeyCreated) -> str:
    scopes = listed(scope.value for scope in event.scopes)
    who = person(event.created_by)
    return f"{who} created API key {event.api_key_id} with scope {scopes or 'none'}"


@words.register
def _(event: ApiKeyRevoked) -> str:
    return f"{person(event.revoked_by)} revoked API key {event.api_key_id}"


@words.register
def _(event: SubjectForgotten) -> str:
    return f"{person(event.forgotten_by)} had {event.subject_id} forgotten{because(event.reason)}"
