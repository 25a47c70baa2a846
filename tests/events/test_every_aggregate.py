"""What holds for the rules of every aggregate, whatever happened and whatever is asked."""

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.alert_group.commands import OpenAlertGroup
from events.decider import members_of
from events.errors import CommandRejected
from events.incident.alerts.commands import JoinAlerts
from events.incident.pages.commands import RequestPage
from events.incident.state import Incident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.inventory.commands import TakeInventory
from events.page.commands import ReplanPage
from tests.events.anything import any_of
from tests.given import AGGREGATES, AnyDecider, Commands

every_aggregate = pytest.mark.parametrize(
    ("decider", "commands"), AGGREGATES, ids=lambda one: getattr(one, "__name__", "")
)

# The commands a refusal may name as allowed instead.
OFFERS = {"declare", "advance_phase", "resolve", "reopen", "decline", "close"} | {
    "assign_role",
    "hand_over_role",
    "make_private",
    "add_member",
    "tick_checklist_item",
    "add_checklist_item",
    "start_mitigation_action",
    "write_note",
    "offer_role",
    "withdraw_role_offer",
}


def ask(decider: AnyDecider, command: object, state: object) -> list[object]:
    try:
        return decider.decide(command, state)
    except CommandRejected:
        return []


def pages_of(state: object) -> set[int]:
    assert isinstance(state, Incident)
    return {page.number for page in state.pages}


@every_aggregate
@each(data=st.data())
def test_asking_twice_changes_nothing(
    decider: AnyDecider, commands: Commands, data: st.DataObject
) -> None:
    state = decider.fold(data.draw(st.lists(any_of(decider.event_types), max_size=8)))
    command = data.draw(any_of(members_of(commands)))
    if isinstance(command, PublishStatusUpdate | RequestPage | TakeInventory):
        return  # saying it again is news; a repeat is told from news by its command id
    if isinstance(command, OpenAlertGroup) and command.incident_id == command.instead_of:
        return  # the receiver never asks for an incident in place of itself
    if isinstance(command, JoinAlerts) and set(command.unanswered) - pages_of(state):
        return  # nobody saw a page stay silent that is asked for only now
    if isinstance(command, ReplanPage) and command.number > state.replans + 1:
        return  # whoever replans a page counts without a gap
    after = decider.fold(ask(decider, command, state), state)
    assert ask(decider, command, after) == []


@every_aggregate
@each(data=st.data())
def test_no_event_is_refused_in_any_state(
    decider: AnyDecider, commands: Commands, data: st.DataObject
) -> None:
    state = decider.fold(data.draw(st.lists(any_of(decider.event_types), max_size=8)))
    assert isinstance(state, (type(decider.initial), *decider.event_types, *decider.states))
    decider.evolve(state, data.draw(any_of(decider.event_types)))


@every_aggregate
@each(data=st.data())
def test_a_fold_can_be_interrupted_anywhere(
    decider: AnyDecider, commands: Commands, data: st.DataObject
) -> None:
    events = data.draw(st.lists(any_of(decider.event_types), max_size=8))
    cut = data.draw(st.integers(0, len(events)))
    assert decider.fold(events) == decider.fold(events[cut:], decider.fold(events[:cut]))


@every_aggregate
@each(data=st.data())
def test_the_same_question_has_the_same_answer_and_changes_no_state(
    decider: AnyDecider, commands: Commands, data: st.DataObject
) -> None:
    events = data.draw(st.lists(any_of(decider.event_types), max_size=8))
    command = data.draw(any_of(members_of(commands)))
    state = decider.fold(events)
    assert ask(decider, command, state) == ask(decider, command, state)
    assert state == decider.fold(events)


@every_aggregate
@each(data=st.data())
def test_an_answer_is_facts_of_this_aggregate_or_a_refusal_that_says_what_is_allowed(
    decider: AnyDecider, commands: Commands, data: st.DataObject
) -> None:
    state = decider.fold(data.draw(st.lists(any_of(decider.event_types), max_size=8)))
    refusal: CommandRejected | None = None
    events: list[object] = []
    try:
        events = decider.decide(data.draw(any_of(members_of(commands))), state)
    except CommandRejected as caught:
        refusal = caught
    assert all(isinstance(event, decider.event_types) for event in events)
    if refusal is not None:
        assert refusal.detail.endswith(".")
        allowed = refusal.facts.get("allowed", [])
        assert isinstance(allowed, list)
        assert set(allowed) <= OFFERS


growing = pytest.mark.parametrize(
    ("decider", "commands"),
    [one for one in AGGREGATES if one[0].afresh],
    ids=lambda one: getattr(one, "__name__", ""),
)


@growing
@each(data=st.data())
def test_what_begins_afresh_needs_nothing_that_was_before(
    decider: AnyDecider, commands: Commands, data: st.DataObject
) -> None:
    before = data.draw(st.lists(any_of(decider.event_types), max_size=8))
    since = [
        data.draw(any_of(decider.afresh)),
        *data.draw(st.lists(any_of(decider.event_types), max_size=4)),
    ]
    assert decider.fold([*before, *since]) == decider.fold(since)
