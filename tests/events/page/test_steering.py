"""A page that is steered: escalated at once, or given the plan of now."""

from dataclasses import replace

from events.actor import Actor
from events.errors import PageMovedOn, PageOver
from events.ids import ResponderId
from events.page.commands import EscalateNow, ReplanPage
from events.page.decide import next_step, page_decider
from events.page.events import PageEscalated, PageReplanned
from events.page.plan import PagePlan, Step
from events.page.steering import Steer, Steering
from tests.events.page.story import (
    ANA,
    INC_7,
    NOW,
    PAGE,
    PLAN,
    acknowledged,
    all_silent,
    exhausted,
    plan_of,
    reach,
    reached,
    started,
    timed_out,
)
from tests.given import given

dee = Actor(principal="responder:dee", responder_id=ResponderId("dee"))


def now(round: int, level: int) -> EscalateNow:
    return EscalateNow(step=Step(round=round, level=level), actor=dee, at=NOW)


def hurried(round: int, level: int) -> PageEscalated:
    return PageEscalated(
        page_id=PAGE,
        incident_id=INC_7,
        round=round,
        level=level,
        escalated_by="responder:dee",
        escalated_at=NOW,
    )


def replan(number: int, plan: PagePlan = PLAN) -> ReplanPage:
    return ReplanPage(number=number, plan=plan, actor=dee, at=NOW)


def replanned(plan: PagePlan, first_round: int) -> PageReplanned:
    return PageReplanned(
        page_id=PAGE,
        incident_id=INC_7,
        plan=replace(plan, first_round=first_round),
        replanned_by="responder:dee",
        replanned_at=NOW,
    )


def test_a_level_can_be_left_before_it_stayed_silent() -> None:
    given(started, reached(1, 1)).when(now(1, 1)).then(hurried(1, 1))
    given(started, reached(1, 1), hurried(1, 1)).when(reach(1, 2)).then(reached(1, 2))


def test_a_second_click_on_a_level_that_was_left_escalates_no_further() -> None:
    there = (started, reached(1, 1), hurried(1, 1), reached(1, 2))
    given(*there).when(now(1, 1)).refused(PageMovedOn, "level 2, round 1")
    given(started, reached(1, 1), hurried(1, 1)).when(now(1, 1)).refused(PageMovedOn, "look at it")


def test_a_page_that_was_answered_or_is_exhausted_is_escalated_to_nobody() -> None:
    given(started, reached(1, 1), acknowledged).when(now(1, 1)).refused(PageOver, "is over")
    given(*all_silent(), exhausted).when(now(2, 2)).refused(PageOver, "is over")


def test_a_page_that_is_planned_anew_begins_with_the_first_level_of_the_plan_of_now() -> None:
    other = plan_of((ANA,), repeats=0)
    given(started, reached(1, 1)).when(replan(1, other)).then(replanned(other, 2))
    page = page_decider.fold([started, reached(1, 1), replanned(other, 2)])
    assert next_step(page) == Step(round=2, level=1)


def test_a_plan_is_renewed_once_for_each_command() -> None:
    given(started, reached(1, 1), replanned(PLAN, 2)).when(replan(1)).then_nothing()
    given(started, reached(1, 1), replanned(PLAN, 2)).when(replan(2)).then(replanned(PLAN, 2))


def test_an_exhausted_page_pages_again_when_it_is_planned_anew() -> None:
    there = (*all_silent(), exhausted, replanned(PLAN, 3))
    given(*there).when(reach(3, 1)).then(reached(3, 1))


def test_a_page_that_was_answered_needs_no_other_plan() -> None:
    given(started, reached(1, 1), acknowledged).when(replan(1)).refused(PageOver, "is over")


def test_what_is_asked_of_a_page_is_done_once_and_the_newer_plan_comes_first() -> None:
    level_1 = page_decider.fold([started, reached(1, 1)])
    level_2 = page_decider.fold([started, reached(1, 1), timed_out(1, 1), reached(1, 2)])
    leave = Steering(leave=Step(round=1, level=1), by="responder:dee", at=NOW)
    assert leave.of(level_1) is Steer.ESCALATE
    assert leave.of(level_2) is None
    both = replace(leave, replans=1)
    assert both.of(level_1) is Steer.REPLAN
    assert both.of(page_decider.fold([started, acknowledged])) is None
