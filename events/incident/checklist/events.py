"""Checklist events: what can happen. Names and fields are a storage format."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId
from events.incident.checklist.items import Section
from events.incident.phases import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemTicked:
    """Somebody said that an item is done."""

    incident_id: IncidentId
    item_id: str
    text: str  # as the item read then
    ticked_by: str
    ticked_at: datetime
    type: Literal["checklist.item_ticked"] = "checklist.item_ticked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemUnticked:
    """Somebody said that an item is not done after all."""

    incident_id: IncidentId
    item_id: str
    text: str
    unticked_by: str
    unticked_at: datetime
    type: Literal["checklist.item_unticked"] = "checklist.item_unticked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemAdded:
    """The incident got an item of its own."""

    incident_id: IncidentId
    item_id: str
    section: Section
    text: str
    mandatory: bool
    added_by: str
    added_at: datetime
    type: Literal["checklist.item_added"] = "checklist.item_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemsLeft:
    """A phase was left with mandatory items open, and somebody said why."""

    incident_id: IncidentId
    phase: Phase  # the one that was left
    item_ids: tuple[str, ...]
    texts: tuple[str, ...]
    reason: str
    left_by: str
    left_at: datetime
    type: Literal["checklist.items_left"] = "checklist.items_left"


type ChecklistEvent = (
    ChecklistItemTicked | ChecklistItemUnticked | ChecklistItemAdded | ChecklistItemsLeft
)
