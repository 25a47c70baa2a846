"""Checklist rules: ticked and unticked by people; open mandatory items hold a phase."""

from events.errors import ChecklistItemNotFound, MandatoryItemsOpen
from events.incident.checklist.commands import (
    AddChecklistItem,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.checklist.events import (
    ChecklistItemAdded,
    ChecklistItemsLeft,
    ChecklistItemTicked,
    ChecklistItemUnticked,
)
from events.incident.checklist.items import RESPONDERS_PAGED, ChecklistItem
from events.incident.events import IncidentEvent
from events.incident.grammar import Given, Rules
from events.incident.phases import Phase
from events.incident.require import live
from events.incident.state import Incident


def tick_checklist_item(command: TickChecklistItem, incident: Incident) -> list[IncidentEvent]:
    """Record that an item is done; nothing if it is ticked, by whomever or whatever.

    Raises: ChecklistItemNotFound.
    """
    incident_id = live(incident)
    item = _known(command.item_id, incident)
    if item.item_id in incident.checklist.ticks:
        return []
    return [
        ChecklistItemTicked(
            incident_id=incident_id,
            item_id=item.item_id,
            text=item.text,
            ticked_by=command.actor.name,
            ticked_at=command.at,
        )
    ]


def untick_checklist_item(command: UntickChecklistItem, incident: Incident) -> list[IncidentEvent]:
    """Record that an item is not done after all, also one that an event had ticked.

    Raises: ChecklistItemNotFound.
    """
    incident_id = live(incident)
    item = _known(command.item_id, incident)
    if not _may_be_ticked(item.item_id, incident):
        return []
    return [
        ChecklistItemUnticked(
            incident_id=incident_id,
            item_id=item.item_id,
            text=item.text,
            unticked_by=command.actor.name,
            unticked_at=command.at,
        )
    ]


def _may_be_ticked(item_id: str, incident: Incident) -> bool:
    """Return whether there may be a tick: a page that was sent is in its own stream."""
    checklist = incident.checklist
    by_a_page = item_id == RESPONDERS_PAGED and bool(incident.pages)
    return item_id in checklist.ticks or (by_a_page and item_id not in checklist.unticked)


def add_checklist_item(command: AddChecklistItem, incident: Incident) -> list[IncidentEvent]:
    """Give the incident an item of its own; nothing if the list has this text already."""
    incident_id = live(incident)
    checklist = incident.checklist
    if any(
        (item.section, item.text) == (command.section, command.text) for item in checklist.items
    ):
        return []
    return [
        ChecklistItemAdded(
            incident_id=incident_id,
            item_id=f"added_{len(checklist.added) + 1}",
            section=command.section,
            text=command.text,
            mandatory=command.mandatory,
            added_by=command.actor.name,
            added_at=command.at,
        )
    ]


def leave_phases(
    target: Phase, reason: str | None, incident: Incident, command: Given
) -> list[IncidentEvent]:
    """Return the facts about mandatory items left open on the way to a later phase.

    Raises: MandatoryItemsOpen.
    """
    incident_id = live(incident)
    left: list[IncidentEvent] = []
    for phase in Phase:
        if not incident.phase.rank <= phase.rank < target.rank:
            continue
        items = incident.checklist.open_mandatory(phase)
        if not items:
            continue
        if reason is None or not reason.strip():
            raise _in_the_way(phase, items)
        left.append(
            ChecklistItemsLeft(
                incident_id=incident_id,
                phase=phase,
                item_ids=tuple(item.item_id for item in items),
                texts=tuple(item.text for item in items),
                reason=reason,
                left_by=command.actor.name,
                left_at=command.at,
            )
        )
    return left


def _in_the_way(phase: Phase, items: tuple[ChecklistItem, ...]) -> MandatoryItemsOpen:
    texts = "; ".join(item.text for item in items)
    return MandatoryItemsOpen(
        f"Open and mandatory in {phase}: {texts}. Tick them, or go on with a reason.",
        phase=phase.value,
        open=[{"item_id": item.item_id, "text": item.text} for item in items],
        allowed=["tick_checklist_item", "advance_phase"],
    )


def _known(item_id: str, incident: Incident) -> ChecklistItem:
    item = incident.checklist.find(item_id)
    if item is None:
        raise ChecklistItemNotFound(
            f"{incident.reference} has no checklist item {item_id}: look at its checklist.",
            allowed=["add_checklist_item"],
        )
    return item


RULES: Rules = {
    TickChecklistItem: tick_checklist_item,
    UntickChecklistItem: untick_checklist_item,
    AddChecklistItem: add_checklist_item,
}
