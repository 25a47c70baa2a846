"""Checklist state, folded from events: ticked by people, or by what happened."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from events.delivery.events import DeliverySent
from events.incident.checklist.events import (
    ChecklistItemAdded,
    ChecklistItemsLeft,
    ChecklistItemTicked,
    ChecklistItemUnticked,
)
from events.incident.checklist.items import ITEMS, RESPONDERS_PAGED, ChecklistItem, Section
from events.incident.events import (
    IncidentAcknowledged,
    IncidentDeclared,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.mitigation.events import MitigationActionStarted
from events.incident.phases import Phase
from events.incident.roles.events import Role, RoleAssigned, RoleHandedOver, RoleUnassigned
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.status_updates.events import StatusUpdatePublished
from events.response_policy.policy import CapturedPolicy, ResponsePolicy

TEAM = {Role.COMMUNICATIONS, Role.OPERATIONS, Role.SCRIBE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Tick of an item: who did it, when, and what proves it."""

    by: str
    at: datetime
    proof: str | None = None  # the type of the event; None: the person's word


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpen:
    """Mandatory items that were open when a phase was left."""

    phase: Phase
    item_ids: tuple[str, ...]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Checklist of an incident: ticks, items added to the practice's, and what was left open."""

    ticks: dict[str, Tick] = field(default_factory=dict)
    added: tuple[ChecklistItem, ...] = ()
    left: tuple[LeftOpen, ...] = ()
    unticked: tuple[str, ...] = ()  # by a person, and not ticked again
    held: tuple[str, ...] = ()  # roles that somebody has, sorted

    @property
    def items(self) -> tuple[ChecklistItem, ...]:
        """Return every item: the practice's, then the service's and the incident's own."""
        return (*ITEMS, *self.added)

    @property
    def done(self) -> int:
        """Return how many items are ticked."""
        return sum(item.item_id in self.ticks for item in self.items)

    def find(self, item_id: str) -> ChecklistItem | None:
        """Return the item with this id, None if there is none."""
        return next((item for item in self.items if item.item_id == item_id), None)

    def open_mandatory(self, phase: Phase) -> tuple[ChecklistItem, ...]:
        """Return what must be done before the phase is left."""
        return tuple(
            item
            for item in self.items
            if item.mandatory and item.section.phase is phase and item.item_id not in self.ticks
        )


def checklist_after(checklist: Checklist, event: object) -> Checklist:
    """Return the checklist after any event of the incident; never refuses."""
    match event:
        case IncidentDeclared(policy=CapturedPolicy(policy=policy)):
            checklist = replace(checklist, added=_own(policy))
        case ChecklistItemTicked():
            tick = Tick(by=event.ticked_by, at=event.ticked_at)
            return ticked(checklist, (event.item_id,), tick)
        case ChecklistItemUnticked():
            ticks = {
                other: tick for other, tick in checklist.ticks.items() if other != event.item_id
            }
            return replace(checklist, ticks=ticks, unticked=(*checklist.unticked, event.item_id))
        case ChecklistItemAdded():
            return replace(checklist, added=(*checklist.added, _item(event)))
        case ChecklistItemsLeft():
            return replace(checklist, left=(*checklist.left, _left(event)))
        case IncidentReopened():
            return _reopened(checklist, event)
        case RoleAssigned() | RoleHandedOver():
            held = tuple(sorted({*checklist.held, event.role}))
            checklist = replace(checklist, held=held)
        case RoleUnassigned():
            return _unassigned(checklist, event)
        case _:
            pass
    return _proved(checklist, event)


def _own(policy: ResponsePolicy) -> tuple[ChecklistItem, ...]:
    """Return the items that the service's response policy adds to the practice's."""
    return tuple(
        ChecklistItem(
            item_id=f"service_{number}",
            section=Section(item.section),
            text=item.text,
            mandatory=item.mandatory,
        )
        for number, item in enumerate(policy.checklist, 1)
        if item.section in Section  # what a request may not say is on no list
    )


def _item(event: ChecklistItemAdded) -> ChecklistItem:
    return ChecklistItem(
        item_id=event.item_id, section=event.section, text=event.text, mandatory=event.mandatory
    )


def _left(event: ChecklistItemsLeft) -> LeftOpen:
    return LeftOpen(
        phase=event.phase,
        item_ids=event.item_ids,
        reason=event.reason,
        by=event.left_by,
        at=event.left_at,
    )


def _reopened(checklist: Checklist, event: IncidentReopened) -> Checklist:
    """Open the lists of the phases that come again; what was tried, and who leads, still holds."""
    ticks = {
        item_id: tick
        for item_id, tick in checklist.ticks.items()
        if not _comes_again(checklist.find(item_id), tick, event.phase)
    }
    return replace(checklist, ticks=ticks)


def _comes_again(item: ChecklistItem | None, tick: Tick, phase: Phase) -> bool:
    if item is None or item.section.phase.rank <= phase.rank:
        return False
    if item.section is Section.MITIGATION_OPTIONS:
        return False
    return tick.proof is None or item.section is Section.RESOLUTION


def _unassigned(checklist: Checklist, event: RoleUnassigned) -> Checklist:
    """Open what the holder of the role had proved; what a person ticked stays."""
    held = tuple(role for role in checklist.held if role != event.role)
    emptied = replace(checklist, held=held)
    gone = {"ic_identified", "roles_assigned"} - set(_roles(emptied))
    ticks = {
        item_id: tick
        for item_id, tick in checklist.ticks.items()
        if item_id not in gone or tick.proof is None
    }
    return replace(emptied, ticks=ticks)


def _proved(checklist: Checklist, event: object) -> Checklist:
    item_ids, tick = _proof(checklist, event)
    new = tuple(item for item in item_ids if item not in checklist.ticks)
    return ticked(checklist, new, tick) if tick and new else checklist


def ticked(checklist: Checklist, item_ids: tuple[str, ...], tick: Tick) -> Checklist:
    """Return the checklist with these items ticked."""
    return replace(
        checklist,
        ticks={**checklist.ticks, **dict.fromkeys(item_ids, tick)},
        unticked=tuple(item for item in checklist.unticked if item not in item_ids),
    )


def paged(checklist: Checklist, sent: DeliverySent) -> Checklist:
    """Return the checklist after a page that asks for responders was sent.

    The incident's own stream does not hold it, so that only whoever reads both streams knows it.
    """
    if RESPONDERS_PAGED in checklist.ticks:
        return checklist
    by = f"workflow:incident/{sent.incident_id}"
    tick = Tick(by=by, at=sent.sent_at, proof=sent.type)
    return ticked(checklist, (RESPONDERS_PAGED,), tick)


def _proof(checklist: Checklist, event: object) -> tuple[tuple[str, ...], Tick | None]:
    """Return the items that the event proves to be done, and by whom and when."""
    match event:
        case IncidentDeclared():
            by_a_monitor = event.declared_by.startswith("integration:")
            fired = ("alert_fired",) if by_a_monitor else ()
            known = ("severity_declared",) if event.severity else ()
            tick = Tick(by=event.declared_by, at=event.declared_at, proof=event.type)
            return (*fired, *known), tick
        case IncidentTriaged():
            tick = Tick(by=event.triaged_by, at=event.triaged_at, proof=event.type)
            return ("scope_assessed", "severity_declared"), tick
        case IncidentSeverityChanged():
            tick = Tick(by=event.changed_by, at=event.changed_at, proof=event.type)
            return ("severity_declared",), tick
        case IncidentAcknowledged() if event.page_id is not None:
            tick = Tick(by=event.acknowledged_by, at=event.acknowledged_at, proof=event.type)
            return (RESPONDERS_PAGED,), tick
        case RoleAssigned():
            tick = Tick(by=event.assigned_by, at=event.assigned_at, proof=event.type)
            return _roles(checklist), tick
        case RoleHandedOver():
            tick = Tick(by=event.handed_over_by, at=event.handed_over_at, proof=event.type)
            return _roles(checklist), tick
        case StatusUpdatePublished():
            tick = Tick(by=event.published_by, at=event.published_at, proof=event.type)
            return ("status_posted",), tick
        case MitigationActionStarted():
            tick = Tick(by=event.started_by, at=event.started_at, proof=event.type)
            return (event.kind.value,), tick
        case IncidentResolved():
            tick = Tick(by=event.resolved_by, at=event.resolved_at, proof=event.type)
            return ("timeline_documented", "resolution_declared"), tick
        case IncidentPhaseAdvanced() if event.phase is Phase.POSTMORTEM:
            tick = Tick(by=event.advanced_by, at=event.advanced_at, proof=event.type)
            return ("postmortem_scheduled",), tick
        case _:
            return (), None


def _roles(checklist: Checklist) -> tuple[str, ...]:
    led = ("ic_identified",) if Role.COMMANDER in checklist.held else ()
    return (*led, "roles_assigned") if set(checklist.held) >= TEAM else led
