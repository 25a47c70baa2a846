"""What a page's plan is made of: a policy's levels, people by name, and escalation timeout."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.configuration.escalation_policy import EscalationPolicyDefined
from events.escalation.level import Level
from events.escalation.target import Target, people
from events.ids import EscalationPolicyId, ResponderId, ScheduleId
from events.page.plan import PagePlan, PageTarget, Step, first_step, step_after
from events.page.planning import ESCALATION_TIMEOUT, plan_for
from tests.events.page.story import ANA, BEN, CEM

POLICY, OTHER = EscalationPolicyId("checkout-on-call"), EscalationPolicyId("managers")
TEN, FIVE = timedelta(minutes=10), timedelta(minutes=5)


def policy(
    *levels: Level, repeats: int = 2, named: EscalationPolicyId = POLICY
) -> EscalationPolicyDefined:
    return EscalationPolicyDefined(
        escalation_policy_id=named,
        name="On call",
        levels=levels,
        repeats=repeats,
        defined_by="api_key:root",
        defined_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def level(*responder_ids: ResponderId, timeout: timedelta = FIVE) -> Level:
    return Level(targets=people(responder_ids), escalation_timeout=timeout)


ON_CALL = policy(level(ANA, timeout=TEN), level(BEN))


def who(plan: PagePlan) -> list[tuple[object, timedelta]]:
    return [(tuple(map(str, one.targets)), one.escalation_timeout) for one in plan.levels]


def walked(plan: PagePlan) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    step: Step | None = first_step(plan)
    while step is not None:
        steps.append((step.round, step.level))
        step = step_after(step, plan)
    return steps


def test_a_plan_is_a_copy_of_the_policy() -> None:
    plan = plan_for(PageTarget(escalation_policy_id=POLICY), [ON_CALL])
    assert plan.escalation_policy_id == POLICY
    assert plan.repeats == 2
    assert who(plan) == [((ANA,), TEN), ((BEN,), FIVE)]


def test_a_schedule_stays_a_schedule_until_its_level_is_reached() -> None:
    primary = Target(schedule_id=ScheduleId("primary"))
    on_call = policy(Level(targets=(primary,), escalation_timeout=FIVE))
    [planned] = plan_for(PageTarget(escalation_policy_id=POLICY), [on_call]).levels
    assert planned.targets == (primary,)


def test_no_level_stays_silent_longer_than_the_response_policy_lets_it() -> None:
    target = PageTarget(escalation_policy_id=POLICY, acknowledge_within=timedelta(minutes=7))
    assert who(plan_for(target, [ON_CALL])) == [((ANA,), timedelta(minutes=7)), ((BEN,), FIVE)]


def test_primary_and_secondary_are_paged_at_once_with_whoever_is_named() -> None:
    target = PageTarget(escalation_policy_id=POLICY, levels_at_once=2, responder_ids=(CEM, ANA))
    assert who(plan_for(target, [ON_CALL])) == [((ANA, BEN, CEM), FIVE)]


def test_people_are_paged_without_a_policy_and_once_more_if_they_stay_silent() -> None:
    plan = plan_for(PageTarget(responder_ids=(CEM,)), ())
    assert who(plan) == [((CEM,), ESCALATION_TIMEOUT)]
    assert plan.repeats == 1


def test_whoever_is_left_out_is_on_no_level_and_an_empty_level_is_none() -> None:
    target = PageTarget(escalation_policy_id=POLICY, responder_ids=(CEM,), but=(ANA, BEN))
    assert who(plan_for(target, [ON_CALL])) == [((CEM,), TEN)]
    without_ana = PageTarget(escalation_policy_id=POLICY, but=(ANA,))
    assert who(plan_for(without_ana, [ON_CALL])) == [((BEN,), FIVE)]


def test_a_policy_that_is_not_there_gives_a_plan_without_levels() -> None:
    assert plan_for(PageTarget(escalation_policy_id=POLICY), []).levels == ()


def test_a_page_goes_on_with_the_policy_it_is_handed_over_to_and_repeats_each_as_it_says() -> None:
    first = policy(level(ANA), level(BEN), repeats=1)
    then = policy(level(CEM), repeats=2, named=OTHER)
    plan = plan_for(PageTarget(escalation_policy_id=POLICY), [first, then])
    assert walked(plan) == [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (2, 3), (3, 3)]


def test_a_policy_whose_people_are_all_left_out_is_passed_over_on_the_way() -> None:
    chain = [policy(level(ANA)), policy(level(BEN), named=OTHER), policy(level(CEM), repeats=0)]
    without = PageTarget(escalation_policy_id=POLICY, but=(ANA, BEN))
    assert walked(plan_for(without, chain)) == [(1, 1)]


def test_whoever_is_to_hear_of_an_unanswered_page_is_told_once_for_the_whole_way() -> None:
    room = people([CEM])
    first = replace(policy(level(ANA)), on_exhausted=room)
    then = replace(policy(level(BEN), named=OTHER), on_exhausted=room)
    plan = plan_for(PageTarget(escalation_policy_id=POLICY), [first, then])
    assert plan.on_exhausted == room


@given(
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=4), st.integers(min_value=0, max_value=3)),
        min_size=1,
        max_size=4,
    ),
    st.integers(min_value=1, max_value=5),
)
def test_every_level_of_every_policy_is_reached_as_often_as_it_says_and_never_twice_in_a_round(
    shapes: list[tuple[int, int]], first_round: int
) -> None:
    chain = [policy(*[level(ANA)] * levels, repeats=repeats) for levels, repeats in shapes]
    plan = plan_for(PageTarget(escalation_policy_id=POLICY), chain, first_round)
    steps = walked(plan)
    assert len(set(steps)) == len(steps) == sum(number * (again + 1) for number, again in shapes)
    assert min(round for round, _ in steps) == first_round


def test_a_page_that_was_escalated_by_hand_begins_at_the_level_it_was_escalated_to() -> None:
    target = PageTarget(escalation_policy_id=POLICY, from_level=2)
    plan = plan_for(target, [policy(level(ANA), level(BEN), level(CEM))])
    assert [part.level for one in plan.levels for part in one.parts] == [2, 3]
    assert who(plan)[0][0] == (BEN,)


def test_people_an_incident_is_reassigned_to_come_before_the_first_level() -> None:
    target = PageTarget(escalation_policy_id=POLICY, levels_at_once=0, responder_ids=(CEM,))
    plan = plan_for(target, [ON_CALL])
    assert who(plan) == [((CEM,), ESCALATION_TIMEOUT), ((ANA,), TEN), ((BEN,), FIVE)]
