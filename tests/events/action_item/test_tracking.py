"""Issues of action items: the tracker rules state and text, we the date; echoes change nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.action_item.commands import (
    GiveUpIssue,
    LinkIssue,
    RecordTrackerInformed,
    RequestIssue,
    TakeIssueReport,
)
from events.action_item.decide import action_item_decider as rules
from events.action_item.events import (
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueMoved,
    ActionItemEvent,
    ActionItemLinked,
    ActionItemLinkFailed,
    ActionItemLinkRequested,
    ActionItemReopened,
    ActionItemTrackerInformed,
    ActionItemTrackerReported,
)
from events.action_item.issue import IssueReport, IssueStatus
from events.action_item.item import ActionItemState
from events.action_item.refusals import ActionItemEnded, ActionItemLinkedBefore
from events.configuration.tracker import TrackerId
from tests.events.action_item.test_action_item import INC_7, ITEM, ITEM_ID, NOW, completed, opened
from tests.events.incident.story import ana
from tests.given import given

CHECKOUT = TrackerId("checkout")
URL = "https://github.com/acme/checkout/issues/412"
requested = ActionItemLinkRequested(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    tracker_id=CHECKOUT,
    link_requested_by="responder:ana",
    link_requested_at=NOW,
)
linked = ActionItemLinked(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    tracker_id=CHECKOUT,
    key="412",
    url=URL,
    linked_by="workflow:follow_up",
    linked_at=NOW,
)
failed = ActionItemLinkFailed(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    tracker_id=CHECKOUT,
    error="DeliveryRefused: http_401",
    link_failed_at=NOW,
)
REQUEST = RequestIssue(tracker_id=CHECKOUT, actor=ana, at=NOW)


def link(key: str = "412") -> LinkIssue:
    return LinkIssue(tracker_id=CHECKOUT, key=key, url=URL, actor=ana, at=NOW)


def report(
    status: IssueStatus, minutes: float = 1, text: str | None = ITEM.text, key: str = "412"
) -> IssueReport:
    changed_at = NOW + timedelta(minutes=minutes)
    return IssueReport(key=key, status=status, text=text, changed_at=changed_at)


def take(said: IssueReport, tracker: TrackerId = CHECKOUT) -> TakeIssueReport:
    return TakeIssueReport(tracker_id=tracker, report=said, at=said.changed_at)


def reported(said: IssueReport) -> ActionItemTrackerReported:
    return ActionItemTrackerReported(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        tracker_id=CHECKOUT,
        report=said,
        tracker_reported_at=said.changed_at,
    )


def test_an_issue_is_asked_for_once() -> None:
    given(opened).when(REQUEST).then(replace(requested, link_requested_by=ana.name))
    given(opened, requested).when(REQUEST).then_nothing()
    given(opened, requested, linked).when(REQUEST).then_nothing()


def test_after_a_failure_it_is_asked_for_again() -> None:
    again = replace(requested, link_requested_by=ana.name)
    given(opened, requested, failed).when(REQUEST).then(again)


def test_an_item_has_one_issue() -> None:
    other = replace(REQUEST, tracker_id=TrackerId("platform"))
    given(opened, requested, linked).when(other).refused(ActionItemLinkedBefore, "412")
    given(opened, requested, linked).when(link("413")).refused(ActionItemLinkedBefore, "412")


def test_an_item_that_is_over_becomes_no_issue() -> None:
    given(opened, completed).when(REQUEST).refused(ActionItemEnded, "reopen it first")


def test_the_issue_that_was_created_is_linked_once() -> None:
    given(opened, requested).when(link()).then(replace(linked, linked_by=ana.name))
    given(opened, requested, linked).when(link()).then_nothing()


def test_a_failure_that_comes_after_the_link_says_nothing() -> None:
    gives_up = GiveUpIssue(tracker_id=CHECKOUT, error=failed.error, at=NOW)
    given(opened, requested).when(gives_up).then(failed)
    given(opened, requested, linked).when(gives_up).then_nothing()
    given(opened, requested, failed).when(gives_up).then_nothing()


def test_the_echo_of_what_we_created_is_kept_and_changes_nothing() -> None:
    said = report(IssueStatus.OPEN)
    given(opened, requested, linked).when(take(said)).then(reported(said))
    given(opened, requested, linked, reported(said)).when(take(said)).then_nothing()


def test_done_there_is_done_here_and_the_issue_is_the_evidence() -> None:
    said = report(IssueStatus.DONE)
    done = ActionItemCompleted(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        evidence_url=URL,
        completed_by="tracker:checkout",
        completed_at=said.changed_at,
    )
    given(opened, linked).when(take(said)).then(reported(said), done)
    given(opened, linked, reported(said), done).when(take(said)).then_nothing()


def test_closed_as_not_planned_is_dropped_and_never_done() -> None:
    said = report(IssueStatus.DROPPED)
    dropped = ActionItemDropped(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        reason="412 was closed and not done",
        dropped_by="tracker:checkout",
        dropped_at=said.changed_at,
    )
    given(opened, linked).when(take(said)).then(reported(said), dropped)


@pytest.mark.parametrize("status", [IssueStatus.CLOSED, IssueStatus.MISSING])
def test_what_nobody_says_is_done_stays_open_here_and_is_shown(status: IssueStatus) -> None:
    said = report(status, text=None)
    given(opened, linked).when(take(said)).then(reported(said))


def test_reopened_there_is_open_here() -> None:
    done, again = report(IssueStatus.DONE), report(IssueStatus.OPEN, 2)
    reopened = ActionItemReopened(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        reason="412 is open",
        reopened_by="tracker:checkout",
        reopened_at=again.changed_at,
    )
    given(opened, linked, reported(done), completed).when(take(again)).then(
        reported(again), reopened
    )


def test_a_title_that_changes_there_changes_here() -> None:
    said = report(IssueStatus.OPEN, text="Add two canary stages")
    changed = ActionItemChanged(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        item=replace(ITEM, text="Add two canary stages"),
        changed_by="tracker:checkout",
        changed_at=said.changed_at,
    )
    given(opened, linked).when(take(said)).then(reported(said), changed)


def test_a_report_that_comes_late_changes_nothing() -> None:
    done, before = report(IssueStatus.DONE, 5), report(IssueStatus.OPEN, 4, text="An old title")
    given(opened, linked, reported(done), completed).when(take(before)).then_nothing()


def test_what_another_tracker_or_another_issue_says_is_not_about_it() -> None:
    of_another = report(IssueStatus.DONE, key="413")
    given(opened, linked).when(take(of_another)).then_nothing()
    elsewhere = take(report(IssueStatus.DONE), TrackerId("platform"))
    given(opened, linked).when(elsewhere).then_nothing()
    given(opened).when(take(report(IssueStatus.DONE))).then_nothing()


def informed(due_on: date, error: str | None = None) -> ActionItemTrackerInformed:
    return ActionItemTrackerInformed(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        tracker_id=CHECKOUT,
        due_on=due_on,
        error=error,
        tracker_informed_at=NOW,
    )


def record(due_on: date, error: str | None = None) -> RecordTrackerInformed:
    return RecordTrackerInformed(tracker_id=CHECKOUT, due_on=due_on, error=error, at=NOW)


LATER = opened.due_on + timedelta(days=7)
moved = ActionItemDueMoved(
    action_item_id=ITEM_ID,
    incident_id=INC_7,
    due_on=LATER,
    reason="The canary needs a second cluster",
    moved_by=ana.name,
    moved_at=NOW,
)


def test_an_issue_that_says_the_date_when_it_is_linked_was_told_of_it() -> None:
    by_us = replace(linked, linked_by=ana.name)
    given(opened, requested).when(replace(link(), due_on=opened.due_on)).then(
        by_us, informed(opened.due_on)
    )


def test_what_was_told_is_remembered_once() -> None:
    given(opened, linked).when(record(LATER)).then(informed(LATER))
    given(opened, linked, informed(LATER)).when(record(LATER)).then_nothing()
    refused = informed(LATER, "http_403")
    given(opened, linked, informed(LATER)).when(record(LATER, "http_403")).then(refused)
    given(opened, linked, refused).when(record(LATER)).then(informed(LATER))
    given(opened, requested).when(record(LATER)).then_nothing()
    elsewhere = replace(record(LATER), tracker_id=TrackerId("platform"))
    given(opened, linked).when(elsewhere).then_nothing()


LACKING: list[tuple[bool, list[ActionItemEvent]]] = [
    (False, []),
    (False, [requested]),
    (True, [linked]),
    (False, [linked, informed(opened.due_on)]),
    (False, [linked, informed(opened.due_on, "no_due_line")]),
    (True, [linked, informed(opened.due_on), moved]),
    (False, [linked, informed(opened.due_on), moved, informed(LATER)]),
    (True, [linked, moved, informed(opened.due_on)]),  # it was moved while it was told
    (False, [linked, reported(report(IssueStatus.MISSING))]),
    (False, [linked, completed]),
]


@pytest.mark.parametrize(("lacks", "happened"), LACKING)
def test_an_issue_lacks_the_date_until_it_was_told_of_the_newest(
    lacks: bool,  # noqa: FBT001  a case
    happened: list[ActionItemEvent],
) -> None:
    known = rules.fold([opened, *happened])
    assert known.opened is not None
    assert known.opened.issue_lacks_date is lacks


def test_the_echo_of_a_date_that_was_told_changes_nothing() -> None:
    told, echo = informed(opened.due_on), report(IssueStatus.OPEN, 3)
    known = rules.fold([opened, linked, reported(report(IssueStatus.OPEN)), told])
    [kept] = rules.decide(take(echo), known)
    assert kept == reported(echo)
    after = rules.fold([kept], known).opened
    assert after is not None
    assert (after.item, after.due_on, after.issue_lacks_date) == (ITEM, opened.due_on, False)


WANTED = {
    IssueStatus.OPEN: {ActionItemState.OPEN},
    IssueStatus.DONE: {ActionItemState.DONE},
    IssueStatus.DROPPED: {ActionItemState.DROPPED},
    IssueStatus.CLOSED: set(ActionItemState),
    IssueStatus.MISSING: set(ActionItemState),
}


@any_of(st.lists(st.sampled_from(IssueStatus), min_size=1, max_size=6), st.randoms())
def test_reports_that_come_twice_and_in_any_order_end_where_the_tracker_is(
    statuses: list[IssueStatus], random: object
) -> None:
    told = [report(status, minutes) for minutes, status in enumerate(statuses, start=1)]
    arriving = [*told, *told]
    random.shuffle(arriving)  # type: ignore[attr-defined]
    known = rules.fold([opened, linked])
    for one in arriving:
        known = rules.fold(rules.decide(take(one), known), known)
    assert known.opened is not None
    assert known.opened.state in WANTED[statuses[-1]]
    if statuses[-1] is IssueStatus.DROPPED:
        assert known.opened.state is not ActionItemState.DONE
