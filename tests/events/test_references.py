"""A command that names something else is known to do so, wherever in it the id stands."""

from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.configuration.escalation_policy import DefineEscalationPolicy
from events.configuration.subscription import DefineSubscription
from events.escalation.level import Level
from events.escalation.target import people
from events.ids import EscalationPolicyId, ResponderId, ServiceId, SubscriptionId
from events.references import OWNERS, references

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
actor = Actor(principal="responder:root", responder_id=ResponderId("root"))


def test_people_on_the_levels_of_a_policy_are_named_with_their_places() -> None:
    level = Level(
        targets=people([ResponderId("ana"), ResponderId("ben")]),
        escalation_timeout=timedelta(minutes=5),
    )
    command = DefineEscalationPolicy(
        escalation_policy_id=EscalationPolicyId("p"),
        name="P",
        levels=(level,),
        repeats=0,
        actor=actor,
        at=NOW,
    )
    assert dict(references(command, "escalation_policy-p")) == {
        "levels.0.targets.0.responder_id": "responder-ana",
        "levels.0.targets.1.responder_id": "responder-ben",
    }


def test_nothing_is_named_where_nothing_is_given() -> None:
    command = DefineSubscription(
        subscription_id=SubscriptionId("s"),
        responder_id=ResponderId("sue"),
        service_id=None,
        severities=(),
        channels=(),
        actor=actor,
        at=NOW,
    )
    assert dict(references(command, "subscription-s")) == {"responder_id": "responder-sue"}


def test_an_id_belongs_to_the_noun_it_is_named_after() -> None:
    assert OWNERS[ServiceId].noun == "service"
    assert OWNERS[EscalationPolicyId].noun == "escalation_policy"
