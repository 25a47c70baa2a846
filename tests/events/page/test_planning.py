"""What a page's plan is made of: a policy's levels, people by name, and escalation timeout."""

from datetime import timedelta

from events.configuration.escalation_policy import Level
from events.ids import EscalationPolicyId
from events.page.plan import PageTarget, PlannedLevel
from events.page.planning import ESCALATION_TIMEOUT, plan_for
from tests.events.page.story import ANA, BEN, CEM

POLICY = EscalationPolicyId("checkout-on-call")
TEN, FIVE = timedelta(minutes=10), timedelta(minutes=5)
LEVELS = (
    Level(responder_ids=(ANA,), escalation_timeout=TEN),
    Level(responder_ids=(BEN,), escalation_timeout=FIVE),
)


def levels(target: PageTarget, of: tuple[Level, ...] = LEVELS) -> list[tuple[object, timedelta]]:
    plan = plan_for(target, of, repeats=2)
    return [(level.responder_ids, level.escalation_timeout) for level in plan.levels]


def test_a_plan_is_a_copy_of_the_policy() -> None:
    plan = plan_for(PageTarget(escalation_policy_id=POLICY), LEVELS, repeats=2)
    assert plan.escalation_policy_id == POLICY
    assert plan.repeats == 2
    assert plan.levels == (
        PlannedLevel(responder_ids=(ANA,), escalation_timeout=TEN),
        PlannedLevel(responder_ids=(BEN,), escalation_timeout=FIVE),
    )


def test_no_level_stays_silent_longer_than_the_response_policy_lets_it() -> None:
    target = PageTarget(escalation_policy_id=POLICY, acknowledge_within=timedelta(minutes=7))
    assert levels(target) == [((ANA,), timedelta(minutes=7)), ((BEN,), FIVE)]


def test_primary_and_secondary_are_paged_at_once_with_whoever_is_named() -> None:
    target = PageTarget(escalation_policy_id=POLICY, levels_at_once=2, responder_ids=(CEM, ANA))
    assert levels(target) == [((ANA, BEN, CEM), FIVE)]


def test_people_are_paged_without_a_policy_and_once_more_if_they_stay_silent() -> None:
    target = PageTarget(responder_ids=(CEM,))
    assert levels(target, ()) == [((CEM,), ESCALATION_TIMEOUT)]
    assert plan_for(target, (), repeats=0).repeats == 1


def test_whoever_is_left_out_is_on_no_level_and_an_empty_level_is_none() -> None:
    target = PageTarget(escalation_policy_id=POLICY, responder_ids=(CEM,), but=(ANA, BEN))
    assert levels(target) == [((CEM,), TEN)]
    assert levels(PageTarget(escalation_policy_id=POLICY, but=(ANA,))) == [((BEN,), FIVE)]


def test_a_policy_that_is_not_there_gives_a_plan_without_levels() -> None:
    assert levels(PageTarget(escalation_policy_id=POLICY), ()) == []
