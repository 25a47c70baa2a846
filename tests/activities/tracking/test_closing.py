"""An item that is over here has its issue closed there, and never said to be what it is not."""

import pytest

from activities.delivery.faults import DeliveryRefused
from events.action_item.issue import IssueStatus
from tests.activities.tracking.trackers import KINDS, NOW, Kind, kept
from tests.fakes.jira import Jira
from tests.fakes.receiver import receiver


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.vendor)
@pytest.mark.parametrize(
    ("done", "status"), [(True, IssueStatus.DONE), (False, IssueStatus.DROPPED)]
)
async def test_what_is_over_here_is_over_there_in_the_same_way(
    kind: Kind,
    done: bool,  # noqa: FBT001  a case
    status: IssueStatus,
) -> None:
    async with receiver(vendor=kind.fake()) as there:
        tracker = kind.at(there)
        issue = await kept(tracker)
        await tracker.close(issue.key, done=done)
        assert (await tracker.look(issue.key, NOW)).status is status


@pytest.mark.parametrize("resolutions", [None, ("Done", "Fixed")])
async def test_jira_is_never_told_that_what_was_dropped_is_done(
    resolutions: tuple[str, ...] | None,
) -> None:
    fake = Jira(resolutions=resolutions)
    async with receiver(vendor=fake) as there:
        tracker = KINDS[1].at(there)
        issue = await kept(tracker)
        with pytest.raises(DeliveryRefused):
            await tracker.close(issue.key, done=False)
        assert (await tracker.look(issue.key, NOW)).status is IssueStatus.OPEN
        await tracker.close(issue.key, done=True)
        assert (await tracker.look(issue.key, NOW)).status is IssueStatus.DONE
