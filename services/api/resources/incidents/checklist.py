"""An incident's checklist: shown, ticked, unticked, and given items of the incident's own."""

from functools import partial
from typing import Annotated, Final

from fastapi import Path, Query, Response

from events.incident.checklist.commands import (
    AddChecklistItem,
    TickChecklistItem,
    UntickChecklistItem,
)
from events.incident.checklist.items import Section
from projections.incidents import detail as incident_detail
from services.access.incident_names import no_incident
from services.access.permissions import Permission
from services.api.http.formats import Choice, Line, Strict
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.incidents.commands import COMMAND, NoBody
from services.api.views.checklist import ChecklistView, LeftOpenView, sections_of
from services.api.views.incidents import detail_of
from services.api.writing.commands import TheCommands

router = api_router("incident checklist")

CHECKLIST: Final = "/v1/incidents/{incident_id}/checklist"
ITEM: Final = f"{CHECKLIST}/{{item_id}}/tick"

type ItemId = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$", examples=["alert_valid"])]


class ItemBody(Strict):
    """An item that only this incident has."""

    section: Choice[Section]
    text: Line
    mandatory: bool = False


@router.get(CHECKLIST, dependencies=[requires(Permission.INCIDENT_READ)])
async def show_checklist(
    reads: TheReads, incident_id: TheIncident, query: Annotated[ReadQuery, Query()]
) -> ChecklistView:
    """Show the practice's checklists: what is done, who or what says so, and what is open."""
    look = partial(detail_of, incident_id)
    detail = await reads.find(query, look, incident_detail.NAME, incident_id=incident_id)
    if detail is None:
        raise no_incident(incident_id)
    checklist = detail.row.checklist
    return ChecklistView(
        incident_id=incident_id,
        reference=detail.board.reference,
        phase=detail.board.phase,
        sections=sections_of(checklist),
        left_open=[LeftOpenView.model_validate(one) for one in checklist.left],
    )


@router.post(CHECKLIST, **COMMAND)
async def add_item(commands: TheCommands, body: ItemBody) -> Response:
    """Give the incident an item of its own; mandatory, it is in the way of leaving its phase."""
    command = AddChecklistItem(
        section=body.section,
        text=body.text,
        mandatory=body.mandatory,
        actor=commands.actor,
        at=commands.at,
    )
    return await commands.give(command)


@router.post(ITEM, **COMMAND)
async def tick_item(commands: TheCommands, item_id: ItemId, _: NoBody = None) -> Response:
    """Say that an item is done."""
    return await commands.give(
        TickChecklistItem(item_id=item_id, actor=commands.actor, at=commands.at)
    )


@router.delete(ITEM, **COMMAND)
async def untick_item(commands: TheCommands, item_id: ItemId, _: NoBody = None) -> Response:
    """Say that an item is not done after all."""
    return await commands.give(
        UntickChecklistItem(item_id=item_id, actor=commands.actor, at=commands.at)
    )
