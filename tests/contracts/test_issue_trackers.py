"""GitHub's and Jira's own descriptions have what we ask of them, and what our fakes answer."""

from datetime import date

import pytest

from activities.delivery.faults import DeliveryRefused
from activities.tracking.tracker import Tracker
from events.action_item.issue import IssueStatus
from events.configuration.tracker import TrackerVendor
from tests.activities.tracking.trackers import DRAFT, KINDS, NOW, Kind, kept
from tests.contracts.tap import Exchange, Tap
from tests.fakes import github, jira
from tests.fakes.receiver import Reply, Request, receiver

pytestmark = pytest.mark.contracts

TAPS = {
    TrackerVendor.GITHUB: Tap("github", github.SITE),
    TrackerVendor.JIRA: Tap("jira-cloud", jira.SITE, refusals_described=False),
}
ISSUE = {TrackerVendor.GITHUB: "1", TrackerVendor.JIRA: "OPS-1"}


def tapped(kind: Kind, fake: github.GitHub | jira.Jira) -> "tuple[Tap, object]":
    tap = TAPS[kind.vendor]

    def vendor(request: Request) -> Reply:
        reply = fake(request)
        tap.check(
            Exchange(
                method=request.method,
                target=request.target,
                request_headers=request.headers,
                request_body=request.body,
                status=reply.status,
                answer_headers={"content-type": "application/json", **reply.headers},
                answer_body=reply.body,
            )
        )
        return reply

    return tap, vendor


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
async def test_every_request_and_answer_is_described(kind: Kind) -> None:
    fake = kind.fake()
    tap, vendor = tapped(kind, fake)
    async with receiver(vendor=vendor) as there:  # type: ignore[arg-type]
        tracker: Tracker = kind.at(there)
        issue = await kept(tracker)
        assert issue.key == ISSUE[kind.vendor]
        assert await tracker.found(DRAFT) == issue
        await tracker.try_out(NOW)
        assert (await tracker.look(issue.key, NOW)).status is IssueStatus.OPEN
        assert (await tracker.look("99", NOW)).status is IssueStatus.MISSING
    assert len(tap.checked) >= 6


async def test_a_due_date_in_jira_is_described() -> None:
    fake, kind = jira.Jira(), KINDS[1]
    tap, vendor = tapped(kind, fake)
    async with receiver(vendor=vendor) as there:  # type: ignore[arg-type]
        tracker: Tracker = kind.at(there)
        issue = await kept(tracker)
        before = len(tap.checked)
        await tracker.tell_due(issue.key, date(2027, 1, 4))
    assert fake.issues[issue.key]["fields"]["duedate"] == "2027-01-04"
    assert len(tap.checked) == before + 2


async def test_what_github_refuses_is_described() -> None:
    fake = github.GitHub(may_write=False)
    tap, vendor = tapped(KINDS[0], fake)
    before = len(tap.checked)
    async with receiver(vendor=vendor) as there:  # type: ignore[arg-type]
        with pytest.raises(DeliveryRefused):
            await KINDS[0].at(there).create(DRAFT)
    assert len(tap.checked) > before
