"""Checklist views: checklists and mitigation actions as the API shows them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.incident.checklist.items import ChecklistItem, Section
from events.incident.checklist.state import Checklist, Tick
from events.incident.mitigation.events import MitigationKind, MitigationOutcome
from events.incident.phases import Phase
from services.api.http.formats import View


class ChecklistItemView(View):
    """One item, and who or what ticked it."""

    item_id: str
    text: str
    mandatory: bool
    done: bool
    ticked_by: str | None
    ticked_at: datetime | None
    proved_by: Annotated[
        str | None, Field(description="The event that ticked it; null: a person's word.")
    ]
    ticks_itself_when: Annotated[str | None, Field(description="Null: only a person can tell.")]


class ChecklistSectionView(View):
    """One of the practice's lists."""

    section: Section
    heading: str
    phase: Annotated[
        Phase, Field(description="Leaving it with mandatory items open takes a reason.")
    ]
    items: list[ChecklistItemView]


class LeftOpenView(View):
    """Mandatory items that were open when a phase was left, and why."""

    phase: Phase
    item_ids: list[str]
    reason: str
    by: str
    at: datetime


class ChecklistView(View):
    """The checklists of one incident, phase by phase."""

    incident_id: UUID
    reference: str
    phase: Phase
    sections: list[ChecklistSectionView]
    left_open: list[LeftOpenView]


class ChecklistSummary(View):
    """How far the checklists are."""

    done: int
    items: int
    open_mandatory: Annotated[
        list[str], Field(description="Ids of the items to do before the phase can be left.")
    ]


class MitigationActionView(View):
    """One thing that was tried to stop the impact."""

    number: int
    kind: MitigationKind
    description: str
    started_by: str
    started_at: datetime
    outcome: Annotated[MitigationOutcome | None, Field(description="Null while it runs.")]
    comment: str
    ended_by: str | None
    ended_at: datetime | None


class MitigationActionList(View):
    """The actions of one incident, in the order they began."""

    mitigation_actions: list[MitigationActionView]


def sections_of(checklist: Checklist) -> list[ChecklistSectionView]:
    """Return the lists with their items, ticked and open."""
    return [
        ChecklistSectionView(
            section=section,
            heading=section.heading,
            phase=section.phase,
            items=[
                _item(one, checklist.ticks.get(one.item_id))
                for one in checklist.items
                if one.section is section
            ],
        )
        for section in Section
    ]


def summary_of(checklist: Checklist, phase: Phase) -> ChecklistSummary:
    """Return how far the checklists are, for an incident in this phase."""
    return ChecklistSummary(
        done=checklist.done,
        items=len(checklist.items),
        open_mandatory=[one.item_id for one in checklist.open_mandatory(phase)],
    )


def _item(item: ChecklistItem, tick: Tick | None) -> ChecklistItemView:
    return ChecklistItemView(
        item_id=item.item_id,
        text=item.text,
        mandatory=item.mandatory,
        done=tick is not None,
        ticked_by=tick and tick.by,
        ticked_at=tick and tick.at,
        proved_by=tick and tick.proof,
        ticks_itself_when=item.proof or None,
    )
