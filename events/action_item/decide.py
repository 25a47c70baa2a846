"""Action item rules: it has an owner and a date, and done and dropped are two words."""

from datetime import date, datetime, timedelta
from typing import Final, assert_never

from events.action_item.commands import (
    ActionItemCommand,
    ChangeActionItem,
    CompleteActionItem,
    DropActionItem,
    GiveUpIssue,
    LinkIssue,
    MoveDueDate,
    OpenActionItem,
    RecordTrackerInformed,
    RemindOfActionItem,
    ReopenActionItem,
    RequestIssue,
    StartActionItem,
    SupersedeActionItem,
    TakeIssueReport,
)
from events.action_item.events import (
    ACTION_ITEM_EVENTS,
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueMoved,
    ActionItemEvent,
    ActionItemOpened,
    ActionItemReopened,
    ActionItemStarted,
    ActionItemSuperseded,
)
from events.action_item.item import ActionItem, ActionItemState
from events.action_item.refusals import ActionItemEnded, ActionItemNotFound, ActionItemRefused
from events.action_item.reminding import remind
from events.action_item.state import INITIAL, Known, OpenedItem, evolve
from events.action_item.tracking import track
from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import ActionItemId
from events.values.links import is_safe_url

FARTHEST: Final = timedelta(days=3 * 366)  # what is due later is no plan


def decide(command: ActionItemCommand, known: Known) -> list[ActionItemEvent]:
    """Return the facts this command leads to, none if it is already so.

    Raises: ActionItemNotFound, ActionItemEnded, ActionItemRefused.
    """
    if isinstance(command, OpenActionItem):
        return open_item(command, known)
    opened = known.opened
    if opened is None:
        raise ActionItemNotFound("No such action item.")
    match command:
        case ChangeActionItem():
            return change(command, opened)
        case MoveDueDate():
            return move(command, opened)
        case StartActionItem():
            return start(command, opened)
        case CompleteActionItem() | DropActionItem() | SupersedeActionItem():
            return end(command, opened)
        case ReopenActionItem():
            return reopen(command, opened)
        case RemindOfActionItem():
            return remind(command, opened)
        case (
            RequestIssue()
            | LinkIssue()
            | GiveUpIssue()
            | TakeIssueReport()
            | RecordTrackerInformed()
        ):
            return track(command, opened)
        case _:
            assert_never(command)


def open_item(command: OpenActionItem, known: Known) -> list[ActionItemEvent]:
    """Take on the item, once."""
    if known.opened is not None:
        return []
    _require_owner(command.item)
    _require_date(command.due_on, command.at)
    return [
        ActionItemOpened(
            action_item_id=command.action_item_id,
            incident_id=command.incident_id,
            item=command.item,
            due_on=command.due_on,
            opened_by=command.actor.name,
            opened_at=command.at,
        )
    ]


def change(command: ChangeActionItem, opened: OpenedItem) -> list[ActionItemEvent]:
    """Say the item anew; also one that is over, for its words are read later."""
    _require_owner(command.item)
    if command.item == opened.item:
        return []
    return [
        ActionItemChanged(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            item=command.item,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def move(command: MoveDueDate, opened: OpenedItem) -> list[ActionItemEvent]:
    """Move the due date of an item that is open."""
    if command.due_on == opened.due_on:
        return []
    _require_open(opened)
    _require_date(command.due_on, command.at)
    return [
        ActionItemDueMoved(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            due_on=command.due_on,
            reason=command.reason,
            moved_by=command.actor.name,
            moved_at=command.at,
        )
    ]


def start(command: StartActionItem, opened: OpenedItem) -> list[ActionItemEvent]:
    """Begin to work on an item that is open."""
    if opened.state is ActionItemState.STARTED:
        return []
    _require_open(opened)
    return [
        ActionItemStarted(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            started_by=command.actor.name,
            started_at=command.at,
        )
    ]


def end(
    command: CompleteActionItem | DropActionItem | SupersedeActionItem, opened: OpenedItem
) -> list[ActionItemEvent]:
    """Say how the item is over; over once, it is reopened before it is over otherwise."""
    who, at = command.actor.name, command.at
    item_id, incident_id = opened.action_item_id, opened.incident_id
    fact: ActionItemEvent
    match command:
        case CompleteActionItem(evidence_url=url):
            _require_safe(url)
            state, ended_with = ActionItemState.DONE, url
            fact = ActionItemCompleted(
                action_item_id=item_id,
                incident_id=incident_id,
                evidence_url=url,
                completed_by=who,
                completed_at=at,
            )
        case DropActionItem(reason=reason):
            state, ended_with = ActionItemState.DROPPED, reason
            fact = ActionItemDropped(
                action_item_id=item_id,
                incident_id=incident_id,
                reason=reason,
                dropped_by=who,
                dropped_at=at,
            )
        case SupersedeActionItem(by=by):
            if by == item_id:
                raise ActionItemRefused("An action item cannot take its own place.", field="by")
            state, ended_with = ActionItemState.SUPERSEDED, str(by)
            fact = ActionItemSuperseded(
                action_item_id=item_id,
                incident_id=incident_id,
                by=by,
                superseded_by=who,
                superseded_at=at,
            )
    if (opened.state, opened.ended_with) == (state, ended_with):
        return []
    _require_open(opened)
    return [fact]


def reopen(command: ReopenActionItem, opened: OpenedItem) -> list[ActionItemEvent]:
    """Take back that the item is over."""
    if opened.is_open:
        return []
    return [
        ActionItemReopened(
            action_item_id=opened.action_item_id,
            incident_id=opened.incident_id,
            reason=command.reason,
            reopened_by=command.actor.name,
            reopened_at=command.at,
        )
    ]


def _require_safe(url: str | None) -> None:
    if url is not None and not is_safe_url(url):
        raise ActionItemRefused(
            "Give an https address without a password in it, or none.", field="evidence_url"
        )


def _require_open(opened: OpenedItem) -> None:
    if not opened.is_open:
        raise ActionItemEnded(f"This action item is {opened.state}: reopen it first.")


def _require_owner(item: ActionItem) -> None:
    if item.owner.person is None and item.owner.team is None:
        raise ActionItemRefused(
            "Say who sees to it: one person, or a team until somebody takes it.", field="owner"
        )


def _require_date(due_on: date, at: datetime) -> None:
    today = at.date()
    # A day of grace: it is still yesterday somewhere.
    if not today - timedelta(days=1) <= due_on <= today + FARTHEST:
        raise ActionItemRefused(
            f"It cannot be due on {due_on}: choose a date from today, {today}, to"
            f" {today + FARTHEST}.",
            field="due_on",
        )


action_item_decider: Decider[ActionItemCommand, Known, ActionItemEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=ACTION_ITEM_EVENTS
)

AGGREGATE = Aggregate(
    noun="action_item",
    id=ActionItemId,
    decider=action_item_decider,
    commands=ActionItemCommand,
)
