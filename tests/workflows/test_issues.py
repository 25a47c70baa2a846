"""Action items become issues of a tracker, and are done when these are, whatever happens."""

import os
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from activities.follow_up.items import item_of
from events.action_item.commands import DropActionItem, LinkIssue, MoveDueDate, RequestIssue
from events.action_item.decide import AGGREGATE
from events.configuration.tracker import AGGREGATE as TRACKERS
from events.configuration.tracker import (
    DefineTracker,
    RemoveTracker,
    TrackerId,
    TrackerVendor,
    tracker_decider,
)
from events.ids import ActionItemId
from tests.eventually import eventually
from tests.fakes.github import PROJECT, TOKEN, GitHub
from tests.fakes.receiver import Misbehaviour, receiver
from tests.harness import ADMIN, now
from tests.workflows.test_follow_up import DAY, GRACES, Chores, chores, today
from tests.workflows.test_histories import record, replayer
from workflows.follow_up import FollowUpWorkflow

__all__ = ["chores"]

pytestmark = pytest.mark.stack


async def test_an_item_becomes_an_issue_and_is_done_when_that_is_closed(
    chores: Chores,
) -> None:
    fake, item_id = GitHub(), await chores.open(today() + 30 * DAY, GRACES, now())
    fake.now = now()
    async with receiver(None, Misbehaviour.CUT, vendor=fake) as there:  # its answer is lost
        await chores.harness.store(
            tracker_decider, TRACKERS.stream(CHECKOUT), tracker_at(there.base)
        )
        request = RequestIssue(tracker_id=CHECKOUT, actor=ADMIN, at=now())
        await chores.give(item_id, request)
        await chores.tell()
        async with chores.working():
            await chores.item_happens(item_id, "action_item.linked")
            assert len(fake.issues) == 1
            created = await chores.workflow.fetch_history()
            fake.close(1, "completed")
            await chores.workflow.terminate("an operator")  # the next life looks at once
            await chores.tells_again()
            await chores.item_happens(item_id, "action_item.completed")
            await chores.tell()
            await chores.workflow.result()
    done = await chores.workflow.fetch_history()
    for story, told in (("issue_created", created), ("issue_done", done)):
        await replayer(FollowUpWorkflow).replay_workflow(told)
        if os.environ.get("TOCSIN_RECORD_HISTORIES"):
            record("FollowUpWorkflow", story, told)


async def test_a_tracker_that_was_removed_gets_nothing_and_the_item_says_so(
    chores: Chores,
) -> None:
    item_id = await chores.open(today() + 30 * DAY, GRACES, now())
    fake = GitHub()
    async with receiver(vendor=fake) as there:
        tracker = TRACKERS.stream(CHECKOUT)
        await chores.harness.store(tracker_decider, tracker, tracker_at(there.base))
        await chores.give(item_id, RequestIssue(tracker_id=CHECKOUT, actor=ADMIN, at=now()))
        remove = RemoveTracker(actor=ADMIN, at=now())
        await chores.harness.store(tracker_decider, tracker, remove)
        await chores.tell()
        async with chores.working():
            await chores.item_happens(item_id, "action_item.link_failed")
    assert not fake.issues


async def test_what_is_done_here_is_closed_there_and_its_echo_changes_nothing(
    chores: Chores,
) -> None:
    fake, item_id = GitHub(), await chores.open(today() + 30 * DAY, GRACES, now())
    fake.now = now()
    async with receiver(vendor=fake) as there:
        tracker = tracker_at(there.base)
        await chores.harness.store(tracker_decider, TRACKERS.stream(CHECKOUT), tracker)
        await chores.give(item_id, RequestIssue(tracker_id=CHECKOUT, actor=ADMIN, at=now()))
        await chores.tell()
        async with chores.working():
            await chores.item_happens(item_id, "action_item.linked")
            drop = DropActionItem(reason="We retire the service", actor=ADMIN, at=now())
            await chores.give(item_id, drop)
            await chores.tell()
            await chores.workflow.result()
    assert fake.issues[1]["state_reason"] == "not_planned"
    events = await chores.harness.happened(AGGREGATE.stream(item_id))
    assert events[-2:] == ["action_item.dropped", "action_item.tracker_reported"]
    closed = await chores.workflow.fetch_history()
    await replayer(FollowUpWorkflow).replay_workflow(closed)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record("FollowUpWorkflow", "issue_closed", closed)


async def test_a_due_date_that_is_moved_here_is_told_there_once(chores: Chores) -> None:
    fake, item_id = GitHub(), await chores.open(today() + 30 * DAY, GRACES, now())
    fake.now, stream = now(), AGGREGATE.stream(item_id)
    cut = [None, None, None, Misbehaviour.CUT]  # found, created, read; the change's answer is lost
    async with receiver(*cut, vendor=fake) as there:
        tracker = tracker_at(there.base)
        await chores.harness.store(tracker_decider, TRACKERS.stream(CHECKOUT), tracker)
        await chores.give(item_id, RequestIssue(tracker_id=CHECKOUT, actor=ADMIN, at=now()))
        await chores.tell()
        async with chores.working():
            await chores.item_happens(item_id, "action_item.tracker_informed")
            assert (await chores.harness.happened(stream)).count(
                "action_item.tracker_informed"
            ) == 1
            for days in (40, 50):
                await chores.give(item_id, move(today() + days * DAY))
                await chores.tell()
            await eventually("it was told of the newest date", told(chores, item_id))
            assert f"due on {today() + 50 * DAY}." in fake.issues[1]["body"]
            moved = await chores.workflow.fetch_history()
    await replayer(FollowUpWorkflow).replay_workflow(moved)


async def test_why_an_issue_does_not_say_the_date_is_said_and_it_is_tried_again_daily(
    chores: Chores,
) -> None:
    fake, item_id = GitHub(), await chores.open(today() + 30 * DAY, GRACES, now())
    fake.now = now()
    fake.create({"title": "Add a canary stage", "body": "Written by hand"})
    async with receiver(vendor=fake) as there:
        tracker = tracker_at(there.base)
        await chores.harness.store(tracker_decider, TRACKERS.stream(CHECKOUT), tracker)
        url = f"https://github.com/{PROJECT}/issues/1"
        link = LinkIssue(tracker_id=CHECKOUT, key="1", url=url, actor=ADMIN, at=now())
        await chores.give(item_id, link)
        await chores.tell()
        async with chores.working():
            await eventually("why not is known", told(chores, item_id, "no_due_line"))
            fake.change(1, body="Action item [INC-1-A1](https://t.example.org), due on 2026-01-01.")
            await chores.workflow.terminate("an operator")  # the next life looks at once
            await chores.tells_again()
            await eventually("it says so now", told(chores, item_id))
    assert f"due on {today() + 30 * DAY}." in fake.issues[1]["body"]


def told(
    chores: Chores, item_id: ActionItemId, error: str | None = None
) -> Callable[[], Awaitable[bool]]:
    """Return what says whether the issue was told of the newest date, with this outcome."""

    async def is_so() -> bool:
        item = await item_of(chores.harness.log, AGGREGATE.stream(item_id))
        link = item.link if item else None
        return (
            item is not None
            and link is not None
            and (link.due_on, link.due_error) == (item.due_on, error)
        )

    return is_so


def move(due_on: date) -> MoveDueDate:
    return MoveDueDate(due_on=due_on, reason="It takes longer", actor=ADMIN, at=now())


CHECKOUT = TrackerId("checkout")


def tracker_at(site: str) -> DefineTracker:
    return DefineTracker(
        tracker_id=CHECKOUT,
        vendor=TrackerVendor.GITHUB,
        site=site,
        project=PROJECT,
        issue_type=None,
        account=None,
        token=TOKEN,
        signing_secret=None,
        is_signed=False,
        actor=ADMIN,
        at=now(),
    )
