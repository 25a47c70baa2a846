"""Tracking rules: the tracker rules state and text, we rule the date; an echo changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from events.action_item.commands import (
    GiveUpIssue,
    LinkIssue,
    RecordTrackerInformed,
    RequestIssue,
    TakeIssueReport,
    TrackingCommand,
)
from events.action_item.events import (
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemEvent,
    ActionItemLinked,
    ActionItemLinkFailed,
    ActionItemLinkRequested,
    ActionItemReopened,
    ActionItemTrackerInformed,
    ActionItemTrackerReported,
)
from events.action_item.issue import IssueLink, IssueReport, IssueStatus
from events.action_item.item import ActionItemState
from events.action_item.refusals import ActionItemEnded, ActionItemLinkedBefore
from events.action_item.state import OpenedItem
from events.configuration.tracker import TrackerId
from events.ids import ActionItemId, IncidentId

SAYS: dict[IssueStatus, ActionItemState] = {
    IssueStatus.DONE: ActionItemState.DONE,
    IssueStatus.DROPPED: ActionItemState.DROPPED,
}


def track(command: TrackingCommand, opened: OpenedItem) -> list[ActionItemEvent]:
    """Return what a command about its issue leads to, none if it is already so.

    Raises: ActionItemEnded, ActionItemLinkedBefore.
    """
    match command:
        case RequestIssue():
            return request(command, opened)
        case LinkIssue():
            return link(command, opened)
        case GiveUpIssue():
            return give_up(command, opened)
        case TakeIssueReport():
            return [*take(command, opened)]
        case RecordTrackerInformed():
            return record_informed(command, opened)


def request(command: RequestIssue, opened: OpenedItem) -> list[ActionItemEvent]:
    """Have an issue created, once; after a failure it may be asked for again."""
    now = opened.link
    if now is not None and now.error is None and now.tracker_id == command.tracker_id:
        return []
    if not opened.is_open:
        raise ActionItemEnded(f"This action item is {opened.state}: reopen it first.")
    _require_unlinked(now)
    return [
        ActionItemLinkRequested(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            tracker_id=command.tracker_id,
            link_requested_by=command.actor.name,
            link_requested_at=command.at,
        )
    ]


def link(command: LinkIssue, opened: OpenedItem) -> list[ActionItemEvent]:
    """Record the issue; the one that was created last is not taken for another."""
    now = opened.link
    if now is not None and (now.tracker_id, now.key) == (command.tracker_id, command.key):
        return []
    _require_unlinked(None if now is not None and now.key is None else now)
    linked = ActionItemLinked(
        action_item_id=opened.action_item_id,
        incident_id=opened.incident_id,
        tracker_id=command.tracker_id,
        key=command.key,
        url=command.url,
        linked_by=command.actor.name,
        linked_at=command.at,
    )
    if command.due_on is None:
        return [linked]
    return [linked, _told(opened, command.tracker_id, command.due_on, None, command.at)]


def give_up(command: GiveUpIssue, opened: OpenedItem) -> list[ActionItemEvent]:
    """Say why there is no issue, if one is still waited for."""
    now = opened.link
    if now is None or not now.is_wanted or now.tracker_id != command.tracker_id:
        return []
    return [
        ActionItemLinkFailed(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            tracker_id=command.tracker_id,
            error=command.error,
            link_failed_at=command.at,
        )
    ]


def record_informed(command: RecordTrackerInformed, opened: OpenedItem) -> list[ActionItemEvent]:
    """Remember what its issue was told of the date, if that is new."""
    now = opened.link
    if now is None or now.key is None or now.tracker_id != command.tracker_id:
        return []
    if (now.due_on, now.due_error) == (command.due_on, command.error):
        return []
    return [_told(opened, command.tracker_id, command.due_on, command.error, command.at)]


def take(command: TakeIssueReport, opened: OpenedItem) -> Iterator[ActionItemEvent]:
    """Take over what is new in a report: its title, and whether it is over."""
    now, report = opened.link, command.report
    if now is None or not is_news(command.tracker_id, report, now):
        return
    yield ActionItemTrackerReported(
        action_item_id=opened.action_item_id,
        incident_id=opened.incident_id,
        tracker_id=command.tracker_id,
        report=report,
        tracker_reported_at=command.at,
    )
    who = f"tracker:{command.tracker_id}"
    if report.text not in {None, now.text, opened.item.text}:
        yield ActionItemChanged(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            item=replace(opened.item, text=report.text or opened.item.text),
            changed_by=who,
            changed_at=command.at,
        )
    if report.status is not now.status:
        yield from _followed(opened, now, report, command.at, who)


def is_news(tracker_id: TrackerId, report: IssueReport, now: IssueLink) -> bool:
    """Say whether a report of this issue is newer than the last one.

    One that says the same is news, too: it tells what came before it, and may come after it, apart.
    """
    if (tracker_id, report.key) != (now.tracker_id, now.key):
        return False
    if now.changed_at is None or report.changed_at > now.changed_at:
        return True
    differs = report.status is not now.status or report.text not in {None, now.text}
    return differs and report.changed_at == now.changed_at


def _followed(
    opened: OpenedItem, now: IssueLink, report: IssueReport, at: datetime, who: str
) -> Iterator[ActionItemEvent]:
    """Yield what the issue's new status makes of the item; an unknown one makes nothing of it."""
    item_id, incident_id = opened.action_item_id, opened.incident_id
    wanted = SAYS.get(report.status)
    ends = wanted is not None and opened.state is not wanted
    was_ended_by_people = opened.state is ActionItemState.SUPERSEDED
    if was_ended_by_people or not (ends or report.status is IssueStatus.OPEN):
        return
    if not opened.is_open:
        yield _reopened(item_id, incident_id, f"{now.key} is {report.status}", at, who)
    if wanted is ActionItemState.DONE:
        yield ActionItemCompleted(
            action_item_id=item_id,
            incident_id=incident_id,
            evidence_url=now.url,
            completed_by=who,
            completed_at=at,
        )
    if wanted is ActionItemState.DROPPED:
        yield ActionItemDropped(
            action_item_id=item_id,
            incident_id=incident_id,
            reason=f"{now.key} was closed and not done",
            dropped_by=who,
            dropped_at=at,
        )


def _told(
    opened: OpenedItem, tracker_id: TrackerId, due_on: date, error: str | None, at: datetime
) -> ActionItemTrackerInformed:
    return ActionItemTrackerInformed(
        action_item_id=opened.action_item_id,
        incident_id=opened.incident_id,
        tracker_id=tracker_id,
        due_on=due_on,
        error=error,
        tracker_informed_at=at,
    )


def _reopened(
    item_id: ActionItemId, incident_id: IncidentId, reason: str, at: datetime, who: str
) -> ActionItemReopened:
    return ActionItemReopened(
        action_item_id=item_id,
        incident_id=incident_id,
        reason=reason,
        reopened_by=who,
        reopened_at=at,
    )


def _require_unlinked(now: IssueLink | None) -> None:
    if now is not None and now.error is None:
        named = now.key or "an issue that is being created"
        raise ActionItemLinkedBefore(
            f"This action item is {named} of tracker {now.tracker_id}: it has one issue."
        )
