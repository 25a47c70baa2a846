"""Action item commands: open one, say it anew, start, finish, drop, supersede and reopen it."""

from dataclasses import dataclass
from datetime import date, datetime

from events.action_item.issue import IssueReport
from events.action_item.item import USUAL_REMINDERS, ActionItem, ReminderDays
from events.actor import Actor
from events.configuration.tracker import TrackerId
from events.ids import ActionItemId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenActionItem:
    """Take on a change after an incident."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    item: ActionItem
    due_on: date
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeActionItem:
    """Say anew what is changed, by whom and how urgent it is."""

    item: ActionItem
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveDueDate:
    """Move the date by which an item is due, and say why."""

    due_on: date
    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StartActionItem:
    """Say that somebody works on it."""

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteActionItem:
    """Say that it is done, and where one sees that."""

    evidence_url: str | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DropActionItem:
    """Say aloud that it will not be done, and why."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersedeActionItem:
    """Say that another item takes its place."""

    by: ActionItemId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenActionItem:
    """Take back that it is over, and say why."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfActionItem:
    """Remind whoever sees to it, if it is time to."""

    today: date  # where they live
    days: ReminderDays = USUAL_REMINDERS
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestIssue:
    """Have it become an issue in a tracker."""

    tracker_id: TrackerId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssue:
    """Say which issue of a tracker it is."""

    tracker_id: TrackerId
    key: str
    url: str
    due_on: date | None = None  # what it says of when its item is due, as far as is known
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpIssue:
    """Say that the tracker takes no issue for it, and why."""

    tracker_id: TrackerId
    error: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIssueReport:
    """Take over what the tracker says of its issue."""

    tracker_id: TrackerId
    report: IssueReport
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTrackerInformed:
    """Say that its issue was told when it is due, or why it does not say so."""

    tracker_id: TrackerId
    due_on: date
    error: str | None = None
    at: datetime


type TrackingCommand = (
    RequestIssue | LinkIssue | GiveUpIssue | TakeIssueReport | RecordTrackerInformed
)

type ActionItemCommand = (
    OpenActionItem
    | ChangeActionItem
    | MoveDueDate
    | StartActionItem
    | CompleteActionItem
    | DropActionItem
    | SupersedeActionItem
    | ReopenActionItem
    | RemindOfActionItem
    | TrackingCommand
)
