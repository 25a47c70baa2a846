"""Action item events: opened, changed, moved, started, told of, and how it was over.

Each names the incident: whoever may not know of it, may not know of its items.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from events.action_item.issue import IssueReport
from events.action_item.item import ActionItem, Reminder
from events.configuration.tracker import TrackerId
from events.ids import ActionItemId, IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemOpened:
    """Somebody took on a change after an incident."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    item: ActionItem
    due_on: date  # over at its end
    opened_by: str
    opened_at: datetime
    type: Literal["action_item.opened"] = "action_item.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemChanged:
    """What is changed, by whom or how urgent it is was said anew."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    item: ActionItem
    changed_by: str
    changed_at: datetime
    type: Literal["action_item.changed"] = "action_item.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemDueMoved:
    """The item is due at another date."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    due_on: date
    reason: str
    moved_by: str
    moved_at: datetime
    type: Literal["action_item.due_moved"] = "action_item.due_moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemStarted:
    """Somebody works on it."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    started_by: str
    started_at: datetime
    type: Literal["action_item.started"] = "action_item.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemCompleted:
    """It is done."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    evidence_url: str | None  # where one sees that
    completed_by: str
    completed_at: datetime
    type: Literal["action_item.completed"] = "action_item.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemDropped:
    """It will not be done, and people said so."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    reason: str
    dropped_by: str
    dropped_at: datetime
    type: Literal["action_item.dropped"] = "action_item.dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemSuperseded:
    """Another item took its place."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    by: ActionItemId
    superseded_by: str
    superseded_at: datetime
    type: Literal["action_item.superseded"] = "action_item.superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemReopened:
    """It is not over after all."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    reason: str
    reopened_by: str
    reopened_at: datetime
    type: Literal["action_item.reopened"] = "action_item.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemReminded:
    """Whoever sees to it is reminded of its due date."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    due_on: date
    reminder: Reminder
    weeks: int = 0  # since its due date
    reminded_at: datetime
    type: Literal["action_item.reminded"] = "action_item.reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemOverdue:
    """Its due date is over and it is not: said once for each due date."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    due_on: date
    overdue_at: datetime
    type: Literal["action_item.overdue"] = "action_item.overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemEscalated:
    """It is a week late: the incident commander and the team's managers hear of it."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    due_on: date
    escalated_at: datetime
    type: Literal["action_item.escalated"] = "action_item.escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemLinkRequested:
    """It is to become an issue in a tracker: known to the log before the tracker is called."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    tracker_id: TrackerId
    link_requested_by: str
    link_requested_at: datetime
    type: Literal["action_item.link_requested"] = "action_item.link_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemLinked:
    """It is this issue of a tracker from now on."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    tracker_id: TrackerId
    key: str
    url: str
    linked_by: str
    linked_at: datetime
    type: Literal["action_item.linked"] = "action_item.linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemLinkFailed:
    """The tracker takes no issue for it."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    tracker_id: TrackerId
    error: str  # named fault, without addresses or secrets
    link_failed_at: datetime
    type: Literal["action_item.link_failed"] = "action_item.link_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemTrackerReported:
    """The tracker says something new of its issue; what follows from that comes after it."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    tracker_id: TrackerId
    report: IssueReport
    tracker_reported_at: datetime
    type: Literal["action_item.tracker_reported"] = "action_item.tracker_reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemTrackerInformed:
    """Its issue was told when it is due; the tracker says so from now on, or will not."""

    action_item_id: ActionItemId
    incident_id: IncidentId
    tracker_id: TrackerId
    due_on: date
    error: str | None  # named fault, without addresses or secrets; None: the issue says it
    tracker_informed_at: datetime
    type: Literal["action_item.tracker_informed"] = "action_item.tracker_informed"


type ActionItemEvent = (
    ActionItemOpened
    | ActionItemChanged
    | ActionItemDueMoved
    | ActionItemStarted
    | ActionItemCompleted
    | ActionItemDropped
    | ActionItemSuperseded
    | ActionItemReopened
    | ActionItemReminded
    | ActionItemOverdue
    | ActionItemEscalated
    | ActionItemLinkRequested
    | ActionItemLinked
    | ActionItemLinkFailed
    | ActionItemTrackerReported
    | ActionItemTrackerInformed
)

ACTION_ITEM_EVENTS: tuple[type, ...] = (
    ActionItemOpened,
    ActionItemChanged,
    ActionItemDueMoved,
    ActionItemStarted,
    ActionItemCompleted,
    ActionItemDropped,
    ActionItemSuperseded,
    ActionItemReopened,
    ActionItemReminded,
    ActionItemOverdue,
    ActionItemEscalated,
    ActionItemLinkRequested,
    ActionItemLinked,
    ActionItemLinkFailed,
    ActionItemTrackerReported,
    ActionItemTrackerInformed,
)
