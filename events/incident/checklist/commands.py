"""Checklist commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.incident.checklist.items import Section
from events.values.inputs import Form, Line

type ItemId = Annotated[
    str,
    Form(
        pattern=r"^[a-z0-9_]{1,64}$",
        ask="Use the item's id, as the checklist shows it.",
        example="alert_valid",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TickChecklistItem:
    """Tick an item: it is done."""

    item_id: ItemId
    actor: Actor
    at: datetime
    kind: Literal["tick_checklist_item"] = "tick_checklist_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class UntickChecklistItem:
    """Untick an item: it is not done after all."""

    item_id: ItemId
    actor: Actor
    at: datetime
    kind: Literal["untick_checklist_item"] = "untick_checklist_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddChecklistItem:
    """Give the incident an item of its own; mandatory, it is in the way of leaving its phase."""

    section: Section
    text: Line
    actor: Actor
    at: datetime
    mandatory: bool = False
    kind: Literal["add_checklist_item"] = "add_checklist_item"


type ChecklistCommand = TickChecklistItem | UntickChecklistItem | AddChecklistItem
