"""Action item state, folded from its events: what is wanted by when, and where it stands."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from events.action_item.events import (
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueMoved,
    ActionItemEscalated,
    ActionItemEvent,
    ActionItemLinked,
    ActionItemLinkFailed,
    ActionItemLinkRequested,
    ActionItemOpened,
    ActionItemOverdue,
    ActionItemReminded,
    ActionItemReopened,
    ActionItemStarted,
    ActionItemSuperseded,
    ActionItemTrackerInformed,
    ActionItemTrackerReported,
)
from events.action_item.issue import IssueLink, IssueStatus
from events.action_item.item import ActionItem, ActionItemState, Reminder
from events.ids import ActionItemId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """A reminder that was given."""

    reminder: Reminder
    weeks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """An action item as its rules see it."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    item: ActionItem
    due_on: date
    state: ActionItemState = ActionItemState.OPEN
    was_started: bool = False
    ended_with: str | None = None  # the evidence, the reason, or the item in its place
    dated_at: datetime  # when people last said that it is due then
    reminded: Reminded | None = None  # last, of this due date
    overdue_on: date | None = None  # the newest due date that is known to be over
    link: IssueLink | None = None  # to its issue in a tracker
    escalated_on: date | None = None  # the newest due date whose lateness was escalated

    @property
    def is_open(self) -> bool:
        """Return whether somebody is still to do it."""
        return self.state in {ActionItemState.OPEN, ActionItemState.STARTED}

    @property
    def outlived_by_issue(self) -> bool:
        """Return whether it is over, and its issue is still open as far as anybody said."""
        link = self.link
        return (
            not self.is_open
            and link is not None
            and link.key is not None
            and link.status is IssueStatus.OPEN
        )

    @property
    def issue_lacks_date(self) -> bool:
        """Return whether its issue is still to be told when it is due."""
        link = self.link
        return (
            self.is_open
            and link is not None
            and link.key is not None
            and link.status is not IssueStatus.MISSING
            and link.due_on != self.due_on
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What its rules know of an action item: nothing before it was opened."""

    opened: OpenedItem | None = None


INITIAL = Known()

type TrackingEvent = (
    ActionItemLinkRequested
    | ActionItemLinked
    | ActionItemLinkFailed
    | ActionItemTrackerReported
    | ActionItemTrackerInformed
)


def evolve(known: Known, event: ActionItemEvent) -> Known:
    """Return the item after the event; never refuses."""
    if isinstance(event, ActionItemOpened):
        opened = OpenedItem(
            action_item_id=event.action_item_id,
            incident_id=event.incident_id,
            item=event.item,
            due_on=event.due_on,
            dated_at=event.opened_at,
        )
        return Known(opened=opened)
    return known if known.opened is None else Known(opened=_after(known.opened, event))


def _after(opened: OpenedItem, event: ActionItemEvent) -> OpenedItem:
    match event:
        case ActionItemOpened():
            return opened
        case ActionItemChanged():
            return replace(opened, item=event.item)
        case ActionItemDueMoved():
            return replace(opened, due_on=event.due_on, dated_at=event.moved_at, reminded=None)
        case ActionItemStarted():
            return replace(opened, state=ActionItemState.STARTED, was_started=True)
        case ActionItemCompleted():
            return replace(opened, state=ActionItemState.DONE, ended_with=event.evidence_url)
        case ActionItemDropped():
            return replace(opened, state=ActionItemState.DROPPED, ended_with=event.reason)
        case ActionItemSuperseded():
            return replace(opened, state=ActionItemState.SUPERSEDED, ended_with=str(event.by))
        case ActionItemReopened():
            state = ActionItemState.STARTED if opened.was_started else ActionItemState.OPEN
            return replace(opened, state=state, ended_with=None, dated_at=event.reopened_at)
        case ActionItemReminded():
            return replace(opened, reminded=Reminded(reminder=event.reminder, weeks=event.weeks))
        case ActionItemOverdue():
            return replace(opened, overdue_on=event.due_on)
        case ActionItemEscalated():
            return replace(opened, escalated_on=event.due_on)
        case _:
            return replace(opened, link=_link_after(opened, event))


def _link_after(opened: OpenedItem, event: TrackingEvent) -> IssueLink | None:
    match event:
        case ActionItemLinkRequested():
            return IssueLink(tracker_id=event.tracker_id, requested_at=event.link_requested_at)
        case ActionItemLinked():
            text = opened.item.text
            return IssueLink(tracker_id=event.tracker_id, key=event.key, url=event.url, text=text)
        case ActionItemLinkFailed():
            return IssueLink(tracker_id=event.tracker_id, error=event.error)
        case ActionItemTrackerReported(report=report):
            return opened.link and replace(
                opened.link,
                status=report.status,
                text=report.text or opened.link.text,
                changed_at=report.changed_at,
            )
        case ActionItemTrackerInformed(due_on=due_on, error=error):
            return opened.link and replace(opened.link, due_on=due_on, due_error=error)
        case _:
            assert_never(event)
