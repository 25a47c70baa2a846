"""Action items: whoever takes one on is named, and done and dropped are two words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from events.action_item.commands import (
    ChangeActionItem,
    CompleteActionItem,
    DropActionItem,
    MoveDueDate,
    OpenActionItem,
    ReopenActionItem,
    StartActionItem,
    SupersedeActionItem,
)
from events.action_item.decide import action_item_decider as rules
from events.action_item.events import (
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueMoved,
    ActionItemOpened,
    ActionItemReopened,
    ActionItemStarted,
    ActionItemSuperseded,
)
from events.action_item.hints import hints_for
from events.action_item.item import ActionItem, ActionKind, Owner, Priority
from events.action_item.refusals import ActionItemEnded, ActionItemNotFound, ActionItemRefused
from events.ids import ActionItemId, IncidentId, ResponderId, TeamId
from events.learning_policy.policy import DEFAULT
from events.values.severity import Severity
from tests.events.incident.story import ana
from tests.given import Given
from tests.given import given as given_events

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ITEM_ID = ActionItemId(UUID(int=1))
INC_7 = IncidentId(UUID(int=7))
ITEM = ActionItem(
    text="Add a canary stage",
    action=ActionKind.PREVENT,
    owner=Owner(person=ResponderId("grace")),
    priority=Priority.P1,
)
DUE = date(2026, 12, 14)
opened = ActionItemOpened(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    item=ITEM,
    due_on=DUE,
    opened_by="responder:ana",
    opened_at=NOW,
)
started = ActionItemStarted(
    action_item_id=ITEM_ID, incident_id=INC_7, started_by="responder:ana", started_at=NOW
)
completed = ActionItemCompleted(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    evidence_url=None,
    completed_by="responder:ana",
    completed_at=NOW,
)
dropped = ActionItemDropped(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    reason="We retire it",
    dropped_by="responder:ana",
    dropped_at=NOW,
)
reopened = ActionItemReopened(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    reason="It came back",
    reopened_by="responder:ana",
    reopened_at=NOW,
)

begin = StartActionItem(actor=ana, at=NOW)
complete = CompleteActionItem(evidence_url=None, actor=ana, at=NOW)
drop = DropActionItem(reason="We retire it", actor=ana, at=NOW)
reopen = ReopenActionItem(reason="It came back", actor=ana, at=NOW)


def given(*events: object) -> Given:
    return given_events(*events, by=rules)


def open_it(item: ActionItem = ITEM, due_on: date = DUE) -> OpenActionItem:
    return OpenActionItem(
        action_item_id=ITEM_ID, incident_id=INC_7, item=item, due_on=due_on, actor=ana, at=NOW
    )


def move(due_on: date) -> MoveDueDate:
    return MoveDueDate(due_on=due_on, reason="The vendor is late", actor=ana, at=NOW)


def test_an_item_is_opened_once() -> None:
    given().when(open_it()).then(opened)
    given(opened).when(open_it()).then_nothing()


def test_an_item_has_a_person_or_a_team_that_sees_to_it() -> None:
    given().when(open_it(replace(ITEM, owner=Owner()))).refused(ActionItemRefused, "Say who")
    of_team = replace(ITEM, owner=Owner(team=TeamId("payments")))
    given().when(open_it(of_team)).then(replace(opened, item=of_team))
    nobody = ChangeActionItem(item=replace(ITEM, owner=Owner()), actor=ana, at=NOW)
    given(opened).when(nobody).refused(ActionItemRefused, "Say who")


@pytest.mark.parametrize("due_on", [date(1, 1, 1), date(2026, 11, 27), date(2400, 1, 1)])
def test_an_item_that_was_due_before_it_began_or_is_due_in_another_life_is_refused(
    due_on: date,
) -> None:
    given().when(open_it(due_on=due_on)).refused(ActionItemRefused, "choose a date")
    given(opened).when(move(due_on)).refused(ActionItemRefused, "choose a date")


def test_a_due_date_is_moved_with_a_reason_while_the_item_is_open() -> None:
    later = date(2027, 2, 1)
    moved = ActionItemDueMoved(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        due_on=later,
        reason="The vendor is late",
        moved_by="responder:ana",
        moved_at=NOW,
    )
    given(opened).when(move(later)).then(moved)
    given(opened, moved).when(move(later)).then_nothing()
    given(opened, completed).when(move(later)).refused(ActionItemEnded, "done: reopen it")


def test_what_an_item_says_is_changed_also_when_it_is_over() -> None:
    other = replace(ITEM, text="Add a canary stage to checkout")
    change = ChangeActionItem(item=other, actor=ana, at=NOW)
    changed = ActionItemChanged(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        item=other,
        changed_by="responder:ana",
        changed_at=NOW,
    )
    given(opened).when(change).then(changed)
    given(opened, completed).when(change).then(changed)
    given(opened, changed).when(change).then_nothing()


def test_done_is_not_dropped_and_neither_becomes_the_other_by_itself() -> None:
    given(opened).when(complete).then(completed)
    given(opened, completed).when(complete).then_nothing()
    given(opened, completed).when(drop).refused(ActionItemEnded, "done: reopen it")
    given(opened, started).when(drop).then(dropped)
    given(opened, dropped).when(complete).refused(ActionItemEnded, "dropped: reopen it")


def test_what_is_reopened_goes_on_where_it_was() -> None:
    given(opened, completed).when(reopen).then(reopened)
    given(opened).when(reopen).then_nothing()
    given(opened, started, completed, reopened).when(begin).then_nothing()
    given(opened, completed, reopened).when(begin).then(started)


def test_another_item_takes_the_place_of_one_but_never_itself() -> None:
    other = ActionItemId(UUID(int=2))
    supersede = SupersedeActionItem(by=other, actor=ana, at=NOW)
    given(opened).when(supersede).then(
        ActionItemSuperseded(
            action_item_id=ITEM_ID,
            incident_id=INC_7,
            by=other,
            superseded_by="responder:ana",
            superseded_at=NOW,
        )
    )
    itself = SupersedeActionItem(by=ITEM_ID, actor=ana, at=NOW)
    given(opened).when(itself).refused(ActionItemRefused, "its own place")


def test_evidence_is_an_address_that_can_trick_nobody() -> None:
    trick = CompleteActionItem(evidence_url="javascript:alert(1)", actor=ana, at=NOW)
    given(opened).when(trick).refused(ActionItemRefused, "https")


@pytest.mark.parametrize("command", [begin, complete, drop, reopen])
def test_nothing_can_be_done_to_an_item_that_nobody_opened(command: object) -> None:
    given().when(command).refused(ActionItemNotFound)


@pytest.mark.parametrize(
    ("severity", "priority", "due"),
    [
        (Severity.SEV1, Priority.P1, date(2026, 12, 14)),
        (Severity.SEV2, Priority.P1, date(2026, 12, 29)),
        (Severity.SEV3, Priority.P1, date(2027, 1, 28)),
        (Severity.SEV1, Priority.P2, date(2027, 1, 28)),
        (None, Priority.P1, date(2027, 1, 28)),
    ],
)
def test_an_item_is_due_as_its_incident_was_bad(
    severity: Severity | None, priority: Priority, due: date
) -> None:
    assert DEFAULT.item_due(NOW.date(), severity, priority) == due


@pytest.mark.parametrize(
    ("text", "number", "hints"),
    [
        ("Add a canary stage to checkout", 1, 0),
        ("Investigate the database", 1, 1),
        ("Be more careful with deploys", 1, 1),
        ("Consider to remind everybody of the runbook", 1, 2),
        ("Add a canary stage to checkout", 11, 1),
        ("Reviewers see the size of a change before they approve it", 1, 0),
    ],
)
def test_what_makes_an_item_hard_to_finish_is_asked_and_not_refused(
    text: str, number: int, hints: int
) -> None:
    assert len(hints_for(text, number)) == hints
