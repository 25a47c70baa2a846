"""Action item sentences: what is changed after an incident, and how it was over."""

from typing import Final

from events.action_item.events import (
    ActionItemChanged,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemDueMoved,
    ActionItemEscalated,
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
from events.action_item.issue import IssueStatus
from events.action_item.item import Owner, Reminder
from projections.sentences.words import because, person, words

SAID: Final = {
    IssueStatus.OPEN: "is open, or reads otherwise",
    IssueStatus.DONE: "is done",
    IssueStatus.DROPPED: "was closed and not done",
    IssueStatus.CLOSED: "is closed, and not whether it is done",
    IssueStatus.MISSING: "is not there any more",
}


def _seen_to_by(owner: Owner) -> str:
    return f"team {owner.team}" if owner.person is None else person(owner.person)


@words.register
def _(event: ActionItemOpened) -> str:
    item, who = event.item, _seen_to_by(event.item.owner)
    due = f"{item.priority}, due on {event.due_on}, with {who}"
    return f"{person(event.opened_by)} opened an action item ({due}): {item.text}"


@words.register
def _(event: ActionItemChanged) -> str:
    item, who = event.item, _seen_to_by(event.item.owner)
    return (
        f"{person(event.changed_by)} changed an action item ({item.priority}, {who}): {item.text}"
    )


@words.register
def _(event: ActionItemDueMoved) -> str:
    moved = f"an action item, now due on {event.due_on}"
    return f"{person(event.moved_by)} moved {moved}{because(event.reason)}"


@words.register
def _(event: ActionItemStarted) -> str:
    return f"{person(event.started_by)} started an action item"


@words.register
def _(event: ActionItemCompleted) -> str:
    seen = f": {event.evidence_url}" if event.evidence_url else ""
    return f"{person(event.completed_by)} finished an action item{seen}"


@words.register
def _(event: ActionItemDropped) -> str:
    return f"{person(event.dropped_by)} dropped an action item{because(event.reason)}"


@words.register
def _(event: ActionItemSuperseded) -> str:
    return f"{person(event.superseded_by)} put another action item in the place of one"


@words.register
def _(event: ActionItemReopened) -> str:
    return f"{person(event.reopened_by)} reopened an action item{because(event.reason)}"


@words.register
def _(event: ActionItemReminded) -> str:
    was = "was due" if event.reminder is Reminder.LATE else "due"
    return f"Whoever sees to an action item was reminded: {was} on {event.due_on}"


@words.register
def _(event: ActionItemOverdue) -> str:
    return f"An action item is overdue since {event.due_on}"


@words.register
def _(event: ActionItemEscalated) -> str:
    return (
        "The incident commander and the team's managers were told of an action item that is late:"
        f" due on {event.due_on}"
    )


@words.register
def _(event: ActionItemLinkRequested) -> str:
    who = person(event.link_requested_by)
    return f"{who} has an action item become an issue in tracker {event.tracker_id}"


@words.register
def _(event: ActionItemLinked) -> str:
    return f"An action item is issue {event.key} in tracker {event.tracker_id}: {event.url}"


@words.register
def _(event: ActionItemLinkFailed) -> str:
    return f"Tracker {event.tracker_id} took no issue for an action item: {event.error}"


@words.register
def _(event: ActionItemTrackerReported) -> str:
    said = SAID[event.report.status]
    return f"Tracker {event.tracker_id} says that issue {event.report.key} {said}"


@words.register
def _(event: ActionItemTrackerInformed) -> str:
    if event.error is None:
        return f"Tracker {event.tracker_id} was told that an action item is due on {event.due_on}"
    return (
        f"Tracker {event.tracker_id} does not say that an action item is due on {event.due_on}:"
        f" {event.error}"
    )
