"""Who is subscribed to what, and who is not any more."""

from dataclasses import replace
from datetime import UTC, datetime

from events.actor import Actor
from events.configuration.subscription import (
    DefineSubscription,
    EndSubscription,
    SubscriptionDefined,
    SubscriptionEnded,
    SubscriptionNotFound,
    subscription_decider,
)
from events.ids import ResponderId, ServiceId, SubscriptionId
from events.values.severity import Severity
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
actor = Actor(principal="api_key:desk")
define = DefineSubscription(
    subscription_id=SubscriptionId("support-checkout"),
    responder_id=ResponderId("sue"),
    service_id=ServiceId("checkout"),
    severities=(Severity.SEV1, Severity.SEV2),
    channels=("email",),
    actor=actor,
    at=NOW,
)
defined = SubscriptionDefined(
    subscription_id=SubscriptionId("support-checkout"),
    responder_id=ResponderId("sue"),
    service_id=ServiceId("checkout"),
    severities=(Severity.SEV1, Severity.SEV2),
    channels=("email",),
    defined_by="api_key:desk",
    defined_at=NOW,
)
end = EndSubscription(actor=actor, at=NOW)
ended = SubscriptionEnded(
    subscription_id=SubscriptionId("support-checkout"), ended_by="api_key:desk", ended_at=NOW
)


def test_a_subscription_is_defined_once_and_changed_by_defining_it_anew() -> None:
    given().when(define).then(defined)
    given(defined).when(define).then_nothing()
    all_of_them = replace(define, severities=())
    given(defined).when(all_of_them).then(replace(defined, severities=()))


def test_an_ended_subscription_sends_nothing_and_may_begin_again() -> None:
    given(defined).when(end).then(ended)
    given(defined, ended).when(end).then_nothing()
    assert subscription_decider.fold([defined, ended]) == ended
    given(defined, ended).when(define).then(defined)
    assert subscription_decider.fold([defined, ended, defined]) == defined


def test_what_never_was_cannot_end() -> None:
    given().when(end).refused(SubscriptionNotFound)
