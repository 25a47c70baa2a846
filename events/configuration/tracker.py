"""Tracker: where a team keeps its issues, GitHub or Jira, and what is needed to write there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition_with_end
from events.errors import NotFound
from events.values.personal import Personal

TrackerId = NewType("TrackerId", str)


class TrackerNotFound(NotFound):
    """There is no such tracker."""


class TrackerVendor(StrEnum):
    """Whose tracker it is."""

    GITHUB = "github"
    JIRA = "jira"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineTracker:
    """Let action items become issues there, or change how."""

    tracker_id: TrackerId
    vendor: TrackerVendor
    site: str
    project: str
    issue_type: str | None
    account: str | None = field(repr=False)
    token: str = field(repr=False)
    signing_secret: str | None = field(repr=False)
    is_signed: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTracker:
    """Write nothing there any more, and believe nothing that comes from there."""

    actor: Actor
    at: datetime


type TrackerCommand = DefineTracker | RemoveTracker


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerDefined:
    """Action items can become issues there from now on.

    Its secrets are sealed under a key that belongs to the tracker, as secrets of contacts are.
    """

    tracker_id: TrackerId
    vendor: TrackerVendor
    site: str  # where its interface is: https://api.github.com, https://example.atlassian.net
    project: str  # acme/checkout on GitHub, OPS in Jira
    issue_type: str | None  # of Jira: Task
    # of Jira: whose token it is
    account: Annotated[str | None, Personal("tracker_id")] = field(repr=False)
    token: Annotated[str, Personal("tracker_id")] = field(repr=False)
    # with which it signs its webhooks; None: none is believed
    signing_secret: Annotated[str | None, Personal("tracker_id")] = field(repr=False)
    is_signed: bool
    defined_by: str
    defined_at: datetime
    type: Literal["tracker.defined"] = "tracker.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerRemoved:
    """Nothing is written to the tracker any more, and nothing that it says is believed."""

    tracker_id: TrackerId
    removed_by: str
    removed_at: datetime
    type: Literal["tracker.removed"] = "tracker.removed"


tracker_decider = definition_with_end(
    DefineTracker,
    TrackerDefined,
    RemoveTracker,
    TrackerRemoved,
    missing=lambda: TrackerNotFound("No such tracker."),
)

AGGREGATE = Aggregate(
    noun="tracker", id=TrackerId, decider=tracker_decider, commands=TrackerCommand
)
