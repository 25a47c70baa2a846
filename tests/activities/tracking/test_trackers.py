"""Issue trackers: one issue, whatever goes wrong on the way, and how it stands in our words."""

import json
from typing import Any

import pytest

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused
from activities.tracking.tracker import IssueNews, tracker_types
from events.action_item.issue import IssueStatus
from events.configuration.tracker import TrackerVendor
from tests.activities.tracking.trackers import DRAFT, ITEM, KINDS, NOW, Kind, kept
from tests.fakes import github, jira
from tests.fakes.receiver import Behaviour, Misbehaviour, Reply, receiver

TROUBLE: dict[str, list[Behaviour | None]] = {
    "the line is cut after it was created": [None, Misbehaviour.CUT],
    "it is created and the answer never comes": [None, Misbehaviour.HANG],
    "the line is cut after it was created, and again while it is looked for": [
        None,
        Misbehaviour.CUT,
        Misbehaviour.CUT,
        Misbehaviour.REFUSE,
    ],
    "too many requests": [
        Reply(status=429, headers={"retry-after": "1"}),
        None,
        Reply(status=429, headers={"retry-after": "1"}),
    ],
    "the vendor is down": [Reply(status=503), Reply(status=502), None, Reply(status=500)],
    "the line is cut before anything was read": [Misbehaviour.REFUSE, None, Misbehaviour.REFUSE],
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
@pytest.mark.parametrize("trouble", TROUBLE)
async def test_whatever_goes_wrong_there_is_one_issue(kind: Kind, trouble: str) -> None:
    fake = kind.fake()
    async with receiver(*TROUBLE[trouble], vendor=fake) as there:
        issue = await kept(kind.at(there))
        assert await kind.at(there).found(DRAFT) == issue
    assert len(fake.issues) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_an_issue_says_what_is_to_be_done_until_when_and_after_which_incident(
    kind: Kind,
) -> None:
    fake = kind.fake()
    async with receiver(vendor=fake) as there:
        await kept(kind.at(there))
        said = json.dumps(there.last.json)
    for part in ("Add a canary stage", "INC-1042-A1", "2026-12-14", DRAFT.url):
        assert part in said


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_a_token_that_is_no_good_is_refused_and_no_issue_is_said_to_be_missing(
    kind: Kind,
) -> None:
    async with receiver(Reply(status=401), Reply(status=401)) as there:
        with pytest.raises(DeliveryRefused):
            await kind.at(there).create(DRAFT)
        with pytest.raises(DeliveryRefused):
            await kind.at(there).look("1", NOW)


async def test_a_project_that_can_no_more_be_seen_makes_no_issue_missing() -> None:
    fake = jira.Jira()
    async with receiver(vendor=fake) as there:
        tracker = KINDS[1].at(there)
        issue = await kept(tracker)
        fake.visible = False
        with pytest.raises(DeliveryRefused):
            await tracker.look(issue.key, NOW)


async def test_github_asks_to_wait_by_403_too() -> None:
    limited = Reply(status=403, headers={"x-ratelimit-remaining": "0", "retry-after": "60"})
    async with receiver(limited) as there:
        with pytest.raises(DeliveryDeferred):
            await KINDS[0].at(there).found(DRAFT)


GITHUB_SAYS = [
    ("completed", IssueStatus.DONE),
    ("not_planned", IssueStatus.DROPPED),
    ("duplicate", IssueStatus.DROPPED),
    (None, IssueStatus.CLOSED),
    ("something new", IssueStatus.CLOSED),
]
JIRA_SAYS = [
    ("Done", IssueStatus.DONE),
    ("Fixed", IssueStatus.DONE),
    ("Won't Do", IssueStatus.DROPPED),
    ("Duplicate", IssueStatus.DROPPED),
    (None, IssueStatus.CLOSED),
]


@pytest.mark.parametrize(("reason", "status"), GITHUB_SAYS)
async def test_what_github_says_of_a_closed_issue(reason: str | None, status: IssueStatus) -> None:
    fake = github.GitHub()
    async with receiver(vendor=fake) as there:
        tracker = KINDS[0].at(there)
        issue = await kept(tracker)
        assert (await tracker.look(issue.key, NOW)).status is IssueStatus.OPEN
        told = fake.close(1, reason)
        assert (await tracker.look(issue.key, NOW)).status is status
    by_webhook = said_by(TrackerVendor.GITHUB, *github.webhook("closed", told))
    assert by_webhook is not None
    assert (by_webhook.action_item_id, by_webhook.report.status) == (ITEM, status)


@pytest.mark.parametrize(("resolution", "status"), JIRA_SAYS)
async def test_what_jira_says_of_a_resolved_issue(
    resolution: str | None, status: IssueStatus
) -> None:
    fake = jira.Jira()
    async with receiver(vendor=fake) as there:
        tracker = KINDS[1].at(there)
        issue = await kept(tracker)
        assert (await tracker.look(issue.key, NOW)).status is IssueStatus.OPEN
        told = fake.resolve("OPS-1", resolution)
        assert (await tracker.look(issue.key, NOW)).status is status
    by_webhook = said_by(TrackerVendor.JIRA, *jira.webhook("jira:issue_updated", told))
    assert by_webhook is not None
    assert (by_webhook.action_item_id, by_webhook.report.status) == (ITEM, status)


def said_by(vendor: TrackerVendor, body: bytes, headers: dict[str, str]) -> IssueNews | None:
    return tracker_types()[vendor].news_in(headers, json.loads(body), NOW)


async def test_a_deleted_issue_is_missing() -> None:
    on_github, in_jira = github.GitHub(), jira.Jira()
    async with receiver(vendor=on_github) as there:
        tracker = KINDS[0].at(there)
        await kept(tracker)
        on_github.issues[1]["deleted"] = True
        assert (await tracker.look("1", NOW)).status is IssueStatus.MISSING
    told = said_by(TrackerVendor.GITHUB, *github.webhook("deleted", on_github.issues[1]))
    assert told is not None
    assert told.report.status is IssueStatus.MISSING
    async with receiver(vendor=in_jira) as there:
        tracker = KINDS[1].at(there)
        await kept(tracker)
        gone = in_jira.issues.pop("OPS-1")
        assert (await tracker.look("OPS-1", NOW)).status is IssueStatus.MISSING
    told = said_by(TrackerVendor.JIRA, *jira.webhook("jira:issue_deleted", gone))
    assert told is not None
    assert told.report.status is IssueStatus.MISSING


NONSENSE: list[Any] = [
    {},
    {"issue": None},
    {"issue": {"number": "1", "body": 3, "fields": []}},
    {"issue": {"number": 1, "body": "<!-- tocsin action item nobody -->", "updated_at": "soon"}},
    {"issue": {"key": "OPS-1", "fields": {"labels": ["tocsin-", 3], "updated": "2026"}}},
    {"issue": {"key": "OPS-1", "fields": {"labels": {"a": 1}, "status": [], "updated": None}}},
]


@pytest.mark.parametrize("vendor", TrackerVendor)
@pytest.mark.parametrize("body", NONSENSE, ids=str)
def test_a_webhook_that_tells_of_no_item_of_ours_is_passed_over(
    vendor: TrackerVendor, body: Any
) -> None:
    assert tracker_types()[vendor].news_in({"x-github-event": "issues"}, body, NOW) is None


async def test_an_issue_that_no_search_finds_yet_is_found_by_the_next() -> None:
    """Jira's index is behind by seconds: a pause follows an attempt of unknown outcome."""
    fake = jira.Jira(slow_index=True)
    async with receiver(vendor=fake) as there:
        tracker = KINDS[1].at(there)
        await kept(tracker)
        assert await tracker.found(DRAFT) is None
        assert await tracker.found(DRAFT) is not None
