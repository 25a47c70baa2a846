"""An issue says when its action item is due, as it is moved, and keeps what people wrote there."""

import json
from datetime import date

import pytest

from activities.delivery.faults import DeliveryFault, DeliveryRefused
from activities.tracking.tracker import Issue, Tracker
from events.action_item.issue import IssueStatus
from tests.activities.tracking.trackers import DRAFT, KINDS, NOW, Kind, kept
from tests.fakes.github import GitHub
from tests.fakes.jira import Jira
from tests.fakes.receiver import Behaviour, Misbehaviour, Reply, receiver

MOVED = date(2027, 1, 4)
ON_GITHUB, IN_JIRA = KINDS


async def told(tracker: Tracker, issue: Issue, due_on: date, attempts: int = 10) -> None:
    """Do what the activity does, attempt after attempt, as Temporal has it repeated."""
    for _ in range(attempts):
        try:
            return await tracker.tell_due(issue.key, due_on)
        except DeliveryRefused:
            raise
        except DeliveryFault:
            continue
    raise AssertionError("not told after ten attempts")


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_a_date_that_was_moved_stands_where_the_old_one_stood(kind: Kind) -> None:
    fake = kind.fake()
    async with receiver(vendor=fake) as there:
        tracker = kind.at(there)
        issue = await kept(tracker)
        before = await tracker.look(issue.key, NOW)
        await tracker.tell_due(issue.key, MOVED)
        after = await tracker.look(issue.key, NOW)
    [said] = fake.issues.values()
    assert f"due on {MOVED}." in json.dumps(said)
    assert str(DRAFT.due_on) not in json.dumps(said)
    assert (after.status, after.text) == (before.status, before.text)


TROUBLE: dict[str, list[Behaviour | None]] = {
    "it is taken and the answer is cut": [None, Misbehaviour.CUT],
    "the vendor is down": [Reply(status=503), None, Reply(status=502)],
    "nothing is read at first": [Misbehaviour.REFUSE, None, Misbehaviour.REFUSE],
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
@pytest.mark.parametrize("trouble", TROUBLE)
async def test_whatever_goes_wrong_the_date_is_told(kind: Kind, trouble: str) -> None:
    fake = kind.fake()
    async with receiver(vendor=fake) as quiet:
        issue = await kept(kind.at(quiet))
    async with receiver(*TROUBLE[trouble], vendor=fake) as there:
        await told(kind.at(there), issue, MOVED)
    [said] = fake.issues.values()
    assert f"due on {MOVED}." in json.dumps(said)


async def test_github_is_written_to_once_and_around_what_people_wrote() -> None:
    fake = GitHub()
    async with receiver(vendor=fake) as there:
        tracker = ON_GITHUB.at(there)
        issue = await kept(tracker)
        wrote = "Postponed.\r\n\r\n" + fake.issues[1]["body"] + "\r\nSee 411, due on 2026-01-01."
        fake.change(1, body=wrote)
        await tracker.tell_due(issue.key, MOVED)
        assert fake.issues[1]["body"] == wrote.replace(str(DRAFT.due_on), str(MOVED))
        changed_at = fake.issues[1]["updated_at"]
        await tracker.tell_due(issue.key, MOVED)
        assert fake.issues[1]["updated_at"] == changed_at
        found = await tracker.found(DRAFT)
        assert found is not None
        assert found.due_on == MOVED


async def test_a_text_on_github_without_the_line_stays_as_people_wrote_it() -> None:
    fake = GitHub()
    async with receiver(vendor=fake) as there:
        tracker = ON_GITHUB.at(there)
        issue = await kept(tracker)
        for text in ("We shall see.", None):
            fake.change(1, body=text)
            with pytest.raises(DeliveryRefused):
                await tracker.tell_due(issue.key, MOVED)
            assert fake.issues[1]["body"] == text


async def test_jira_has_the_date_in_its_field() -> None:
    fake = Jira()
    async with receiver(vendor=fake) as there:
        tracker = IN_JIRA.at(there)
        issue = await kept(tracker)
        await tracker.tell_due(issue.key, DRAFT.due_on)
        assert fake.issues[issue.key]["fields"]["duedate"] == str(DRAFT.due_on)
        fake.change(issue.key, description=None)
        await tracker.tell_due(issue.key, MOVED)
        assert fake.issues[issue.key]["fields"]["duedate"] == str(MOVED)
        assert fake.issues[issue.key]["fields"]["description"] is None


async def test_jira_without_the_field_has_the_date_in_its_description_or_is_no_use() -> None:
    fake = Jira(has_due_date=False)
    async with receiver(vendor=fake) as there:
        tracker = IN_JIRA.at(there)
        issue = await kept(tracker)
        for due_on in (DRAFT.due_on, MOVED, MOVED):
            await tracker.tell_due(issue.key, due_on)
            assert f"due on {due_on}." in json.dumps(fake.issues[issue.key])
        fake.change(issue.key, description=None)
        with pytest.raises(DeliveryRefused):
            await tracker.tell_due(issue.key, MOVED)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_an_issue_that_is_gone_takes_no_date(kind: Kind) -> None:
    async with receiver(vendor=kind.fake()) as there:
        tracker = kind.at(there)
        with pytest.raises(DeliveryRefused):
            await tracker.tell_due("99", MOVED)
        assert (await tracker.look("99", NOW)).status is IssueStatus.MISSING
