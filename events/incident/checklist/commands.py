"""Checklist commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.incident.checklist.items import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class TickChecklistItem:
    """Say that an item is done."""

    item_id: str
    actor: Actor
    at: datetime
    kind: Literal["tick_checklist_item"] = "tick_checklist_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class UntickChecklistItem:
    """Say that an item is not done after all."""

    item_id: str
    actor: Actor
    at: datetime
    kind: Literal["untick_checklist_item"] = "untick_checklist_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddChecklistItem:
    """Give the incident an item of its own."""

    section: Section
    text: str
    mandatory: bool
    actor: Actor
    at: datetime
    kind: Literal["add_checklist_item"] = "add_checklist_item"


type ChecklistCommand = TickChecklistItem | UntickChecklistItem | AddChecklistItem
