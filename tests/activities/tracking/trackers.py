"""Trackers of the tests: GitHub's and Jira's fakes, and what is asked of both alike."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from activities.delivery.faults import DeliveryFault
from activities.tracking.tracker import Draft, Issue, Tracker, tracker_for
from events.configuration.tracker import TrackerDefined, TrackerId, TrackerVendor
from events.ids import ActionItemId
from tests.activities.channels.failures import QUICK
from tests.fakes import github, jira
from tests.fakes.receiver import Receiver

ITEM = ActionItemId(UUID("7d1f1f0e-0000-5000-8000-000000000007"))
DRAFT = Draft(
    action_item_id=ITEM,
    reference="INC-1042-A1",
    text="Add a canary stage",
    due_on=date(2026, 12, 14),
    url="https://tocsin.example.org/incidents/INC-1042/actions",
    asked_at=github.BEGAN,
)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
type Fake = github.GitHub | jira.Jira


def known(vendor: TrackerVendor, site: str) -> TrackerDefined:
    on_github = vendor is TrackerVendor.GITHUB
    return TrackerDefined(
        tracker_id=TrackerId("checkout"),
        vendor=vendor,
        site=site,
        project=github.PROJECT if on_github else jira.PROJECT,
        issue_type=None,
        account=None if on_github else jira.ACCOUNT,
        token=github.TOKEN if on_github else jira.TOKEN,
        signing_secret=github.SECRET if on_github else jira.SECRET,
        is_signed=True,
        defined_by="responder:ana",
        defined_at=NOW,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One vendor: its fake, and how the tests speak to it."""

    vendor: TrackerVendor
    fake: type[Fake]

    def at(self, there: Receiver) -> Tracker:
        return tracker_for(known(self.vendor, there.base), QUICK)


KINDS = (
    Kind(vendor=TrackerVendor.GITHUB, fake=github.GitHub),
    Kind(vendor=TrackerVendor.JIRA, fake=jira.Jira),
)


async def kept(tracker: Tracker, attempts: int = 10) -> Issue:
    """Do what the activity does, attempt after attempt, as Temporal has it repeated."""
    for _ in range(attempts):
        try:
            return await tracker.found(DRAFT) or await tracker.create(DRAFT)
        except DeliveryFault:
            continue
    raise AssertionError("no issue after ten attempts")
