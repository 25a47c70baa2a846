"""A policy names somebody on every level, and defining the same again changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.actor import Actor
from events.configuration.escalation_policy import (
    DefineEscalationPolicy,
    EscalationPolicyDefined,
    PolicyHasNoLevels,
)
from events.escalation.level import Level
from events.escalation.target import people
from events.ids import EscalationPolicyId, ResponderId
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ana_first = Level(targets=people([ResponderId("ana")]), escalation_timeout=timedelta(minutes=5))
nobody = Level(targets=(), escalation_timeout=timedelta(minutes=5))

define = DefineEscalationPolicy(
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    name="Checkout on call",
    levels=(ana_first,),
    repeats=2,
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
defined = EscalationPolicyDefined(
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    name="Checkout on call",
    levels=(ana_first,),
    repeats=2,
    defined_by="api_key:root",
    defined_at=NOW,
)


def test_a_policy_is_defined() -> None:
    given().when(define).then(defined)


def test_defining_the_same_policy_again_changes_nothing() -> None:
    given(defined).when(replace(define, at=NOW + timedelta(days=1))).then_nothing()


def test_a_policy_can_be_changed_and_changed_back() -> None:
    patient = replace(defined, repeats=9)
    given(defined).when(replace(define, repeats=9)).then(patient)
    given(defined, patient).when(define).then(defined)


@pytest.mark.parametrize("levels", [(), (nobody,), (ana_first, nobody)])
def test_a_policy_that_would_page_nobody_is_refused(levels: tuple[Level, ...]) -> None:
    for history in ((), (defined,)):
        given(*history).when(replace(define, levels=levels)).refused(
            PolicyHasNoLevels, "at least one level, and at least one target on each"
        )
