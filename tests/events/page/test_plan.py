"""Whatever the plan: each level is paged once and once more a repeat, in order, and it ends."""

from hypothesis import given as each
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.delivery.commands import RecordDelayed, RecordFailed, RecordSent, RecordSuppressed
from events.delivery.events import DeliveryFailed, DeliverySent, DeliverySuppressed
from events.ids import DeliveryId, ResponderId
from events.page.commands import (
    AcknowledgePage,
    ExhaustPage,
    PageCommand,
    ReachLevel,
    StartPage,
    StopPage,
    TimeOutLevel,
)
from events.page.decide import next_step, page_decider, still_wanted
from events.page.events import (
    EscalationExhausted,
    PageEvent,
    PageLevelEmpty,
    PageLevelReached,
    PageLevelUnreached,
    PageStarted,
)
from events.page.plan import PagePlan, Step
from tests.events.page.story import INC_7, NOW, PAGE, ben, messages_for, plan_of

people = st.lists(st.sampled_from(["ana", "ben", "cem"]).map(ResponderId), unique=True).map(tuple)
plans = st.builds(
    lambda levels, repeats: plan_of(*levels, repeats=repeats),
    st.lists(people, max_size=5),
    st.integers(0, 4),
)


def all_steps(plan: PagePlan) -> list[Step]:
    return [
        Step(round=round, level=level)
        for round in range(1, plan.repeats + 2)
        for level in range(1, len(plan.levels) + 1)
    ]


def start(plan: PagePlan) -> StartPage:
    return StartPage(page_id=PAGE, incident_id=INC_7, reference="INC-7", plan=plan, at=NOW)


@each(plans)
def test_each_level_is_paged_once_and_once_more_a_repeat_in_order(plan: PagePlan) -> None:
    page = page_decider.fold(page_decider.decide(start(plan), page_decider.initial))
    paged: list[Step] = []
    while (step := next_step(page)) is not None:
        assert len(paged) < len(all_steps(plan)), "the page never ends"
        for command in (
            ReachLevel(step=step, deliveries=messages_for(step, plan), at=NOW),
            TimeOutLevel(step=step, at=NOW),
        ):
            page = page_decider.fold(page_decider.decide(command, page), page)
        paged.append(step)
    assert paged == all_steps(plan)
    [event] = page_decider.decide(ExhaustPage(at=NOW), page)
    assert isinstance(event, EscalationExhausted)
    assert event.rounds == (plan.repeats + 1 if plan.levels else 0)
    assert page_decider.evolve(page, event).over


class APageUnderAnyCommands(RuleBasedStateMachine):
    """Commands in any order and number, as retries, races and late receipts bring them."""

    def __init__(self) -> None:
        super().__init__()
        self.page = page_decider.initial
        self.events: list[PageEvent] = []

    def ask(self, command: PageCommand) -> None:
        over = self.page.over
        events = page_decider.decide(command, self.page)
        self.events += events
        self.page = page_decider.fold(events, self.page)
        if over:
            paging = (PageLevelReached, PageLevelEmpty)
            assert not [event for event in events if isinstance(event, paging)]

    @rule(plan=plans)
    def start(self, plan: PagePlan) -> None:
        self.ask(start(plan))

    @precondition(lambda self: self.page.plan is not None)
    @rule(round=st.integers(1, 5), level=st.integers(1, 5), reachable=st.booleans())
    def reach_any_level(self, round: int, level: int, *, reachable: bool) -> None:
        step = Step(round=round, level=level)
        plan = self.plan
        known = reachable and level <= len(plan.levels)
        deliveries = messages_for(step, plan) if known else ()
        self.ask(ReachLevel(step=step, deliveries=deliveries, at=NOW))

    @precondition(lambda self: next_step(self.page) is not None)
    @rule()
    def reach_the_next_level(self) -> None:
        step = next_step(self.page)
        assert step is not None
        self.ask(ReachLevel(step=step, deliveries=messages_for(step, self.plan), at=NOW))

    @precondition(lambda self: self.page.step is not None)
    @rule()
    def fall_silent(self) -> None:
        assert self.page.step is not None
        self.ask(TimeOutLevel(step=self.page.step, at=NOW))

    @precondition(lambda self: bool(self.intended()))
    @rule(data=st.data())
    def record_an_outcome(self, data: st.DataObject) -> None:
        delivery_id = data.draw(st.sampled_from(self.intended()))
        outcomes: list[PageCommand] = [
            RecordSent(delivery_id=delivery_id, attempts=1, provider_id=None, at=NOW),
            RecordDelayed(delivery_id=delivery_id, attempts=1, error="Down", at=NOW),
            RecordFailed(delivery_id=delivery_id, attempts=1, error="Down", at=NOW),
            RecordSuppressed(delivery_id=delivery_id, reason="acknowledged", at=NOW),
        ]
        self.ask(data.draw(st.sampled_from(outcomes)))

    @precondition(lambda self: self.page.plan is not None and not self.page.stopped)
    @rule()
    def answer(self) -> None:
        self.ask(AcknowledgePage(actor=ben, via="link", at=NOW))

    @precondition(lambda self: self.page.plan is not None)
    @rule(command=st.sampled_from([StopPage(reason="resolved", at=NOW), ExhaustPage(at=NOW)]))
    def end(self, command: PageCommand) -> None:
        self.ask(command)

    @invariant()
    def levels_come_in_order_without_a_gap(self) -> None:
        paged = [
            Step(round=event.round, level=event.level)
            for event in self.events
            if isinstance(event, PageLevelReached | PageLevelEmpty)
        ]
        if self.page.plan is not None:
            assert paged == all_steps(self.plan)[: len(paged)]

    @invariant()
    def no_message_has_two_outcomes(self) -> None:
        ended = [
            event.delivery_id
            for event in self.events
            if isinstance(event, DeliverySent | DeliveryFailed | DeliverySuppressed)
        ]
        assert len(ended) == len(set(ended))
        assert set(ended).isdisjoint(self.page.ledger.pending)

    @invariant()
    def nothing_is_sent_for_a_page_that_was_answered_or_stopped(self) -> None:
        if self.page.answered:  # exhausted, its last messages are still on their way
            assert not [one for one in self.intended() if still_wanted(self.page, one)]

    @invariant()
    def a_level_is_called_unreachable_only_if_none_of_its_messages_went_out(self) -> None:
        intended: set[DeliveryId] = set()
        went_out: set[DeliveryId] = set()
        for event in self.events:
            if isinstance(event, PageLevelReached):
                intended = {one.delivery_id for one in event.deliveries}
            elif isinstance(event, DeliverySent):
                went_out.add(event.delivery_id)
            elif isinstance(event, PageLevelUnreached):
                assert intended.isdisjoint(went_out)

    @invariant()
    def what_is_held_up_is_pending(self) -> None:
        assert self.page.ledger.held_up <= self.page.ledger.pending.keys()

    @invariant()
    def it_starts_once_and_with_its_first_event(self) -> None:
        starts = [event for event in self.events if isinstance(event, PageStarted)]
        assert starts == self.events[:1]

    @property
    def plan(self) -> PagePlan:
        assert self.page.plan is not None
        return self.page.plan

    def intended(self) -> list[DeliveryId]:
        return [
            delivery.delivery_id
            for event in self.events
            if isinstance(event, PageLevelReached)
            for delivery in event.deliveries
        ]


TestAPageUnderAnyCommands = APageUnderAnyCommands.TestCase
