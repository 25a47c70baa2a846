"""Action item views: items as bodies bring them and answers show them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from events.action_item.issue import IssueStatus
from events.action_item.item import ActionItem, ActionItemState, ActionKind, Owner, Priority
from events.ids import ResponderId, TeamId
from events.values.links import LONGEST
from projections.engine.rows import Reader
from projections.incidents.board import BOARD, BoardRow
from projections.practice.action_items import ActionItemRow, items_of
from services.api.http.formats import Choice, Line, Name, Position, Strict, View
from services.api.views.on_call.schedules import Day
from services.api.writing.receipts import Receipt

EXAMPLE: Final[dict[str, Any]] = {
    "text": "Add a canary stage to the deploy of checkout, which stops at 1 % of errors",
    "action": "prevent",
    "owner": "grace",
    "priority": "P1",
}


class ActionItemBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """What is changed, by whom and how urgent it is. The log keeps it: name nobody in the text."""

    text: Line
    action: Choice[ActionKind]
    owner: Annotated[Name | None, Field(description="One person.")] = None
    team: Annotated[Name | None, Field(description="Whose it is until somebody takes it.")] = None
    priority: Choice[Priority]
    factor: Annotated[
        int | None, Field(ge=1, le=1_000, description="The factor of the postmortem it answers.")
    ] = None

    @property
    def item(self) -> ActionItem:
        """Return it as the rules know it."""
        owner = Owner(
            person=None if self.owner is None else ResponderId(self.owner),
            team=None if self.team is None else TeamId(self.team),
        )
        return ActionItem(
            text=self.text,
            action=self.action,
            owner=owner,
            priority=self.priority,
            factor=self.factor,
        )


class NewActionItemBody(
    ActionItemBody, json_schema_extra={"examples": [{**EXAMPLE, "due_on": "2027-01-15"}]}
):
    """What is changed, by whom and until when."""

    due_on: Annotated[
        Day | None,
        Field(
            description="Over at its end. Null: as the learning policy asks, else 15 days for a P1"
            " of a SEV1, 30 of a SEV2, else 60."
        ),
    ] = None


class DueDateBody(
    Strict,
    json_schema_extra={"examples": [{"due_on": "2027-02-01", "reason": "The vendor is late"}]},
):
    """By when it is due now, and why."""

    due_on: Day
    reason: Line


class EvidenceBody(
    Strict, json_schema_extra={"examples": [{"evidence_url": "https://git.example.com/pull/412"}]}
):
    """Where one sees that it is done."""

    evidence_url: Annotated[str, Field(min_length=1, max_length=LONGEST)] | None = None


class ItemReasonBody(Strict, json_schema_extra={"examples": [{"reason": "We retire the service"}]}):
    """Why. The log keeps it: name nobody."""

    reason: Line


class SuccessorBody(
    Strict,
    json_schema_extra={"examples": [{"action_item_id": "00000000-0000-0000-0000-000000000001"}]},
):
    """The item that takes its place."""

    action_item_id: Annotated[UUID, Field(strict=False)]


class ActionItemReceipt(Receipt):
    """Receipt of a new action item, with its id."""

    action_item_id: UUID


class ActionItemView(View):
    """Action item as it stands, with its incident."""

    action_item_id: UUID
    reference: str  # INC-1042-A3
    incident_id: UUID
    incident: str  # INC-1042
    title: str  # of the incident
    text: str
    action: ActionKind
    owner: str | None
    team: str | None
    priority: Priority
    factor: int | None
    state: ActionItemState
    due_on: date
    first_due_on: date
    moves: int  # of its due date
    opened_by: str
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None  # why it was dropped
    evidence_url: str | None
    superseded_by: UUID | None
    tracker_id: str | None  # where it is an issue, or is to be one
    issue_key: str | None
    issue_url: str | None
    issue_error: str | None  # why the issue could not be created
    issue_status: Annotated[
        IssueStatus | None,
        Field(description="closed: it is over there, and nobody says whether it is done."),
    ]
    issue_due_error: str | None  # why the issue does not say when the item is due
    version: int
    position: Position


class ActionItemList(View):
    """Action items."""

    action_items: list[ActionItemView]
    next_cursor: str | None


async def views_of(reader: Reader, rows: Sequence[ActionItemRow]) -> list[ActionItemView]:
    """Return items with the references that people say aloud."""
    incident_ids = sorted({row.incident_id for row in rows})
    found: dict[Any, BoardRow] = {**await BOARD.load(reader, incident_ids)}
    numbers = numbered(await items_of(reader, incident_ids))
    return [
        ActionItemView.model_validate(
            {
                **{name: getattr(row, name) for name in row.__struct_fields__},
                "reference": f"{found[row.incident_id].reference}-A{numbers[row.action_item_id]}",
                "incident": found[row.incident_id].reference,
                "title": found[row.incident_id].title,
            }
        )
        for row in rows
        if row.incident_id in found
    ]


def numbered(rows: Sequence[ActionItemRow]) -> dict[UUID, int]:
    """Return the number of each item among those of its incident, in the order of the log."""
    counts: defaultdict[UUID, int] = defaultdict(int)
    numbers: dict[UUID, int] = {}
    for row in sorted(rows, key=lambda one: one.opened_position):
        counts[row.incident_id] += 1
        numbers[row.action_item_id] = counts[row.incident_id]
    return numbers
