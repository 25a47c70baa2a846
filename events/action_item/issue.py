"""Issue of an action item: where it stands in a team's tracker, and what the tracker says of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from events.configuration.tracker import TrackerId


class IssueStatus(StrEnum):
    """How an issue stands, in our words."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    CLOSED = "closed"  # and nobody says whether it is done
    MISSING = "missing"  # deleted, or moved out of sight


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReport:
    """What a tracker says of an issue."""

    key: str  # 412 on GitHub, OPS-12 in Jira
    status: IssueStatus
    text: str | None  # its title; None where it is gone
    changed_at: datetime  # by the tracker's clock: what is older is no news


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink:
    """The issue that an action item has, or is to have."""

    tracker_id: TrackerId
    requested_at: datetime | None = None  # None: nobody asked us to create it
    key: str | None = None  # None: it is being created
    url: str | None = None
    error: str | None = None  # why it could not be created
    status: IssueStatus = IssueStatus.OPEN  # what the tracker said last
    text: str | None = None
    changed_at: datetime | None = None
    due_on: date | None = None  # what it was last told of when its item is due
    due_error: str | None = None  # why it does not say so

    @property
    def is_wanted(self) -> bool:
        """Return whether an issue is still to be created."""
        return self.key is None and self.error is None
