"""Checklist: that of an incident, shown."""

from typing import Annotated, Final

from fastapi import Query

from services.access.incident_reads import detail_of
from services.access.permissions import Permission
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.checklist import ChecklistView, LeftOpenView, sections_of

router = api_router("checklist")

CHECKLIST: Final = "/v1/incidents/{incident_id}/checklist"


@router.get(CHECKLIST, dependencies=[requires(Permission.INCIDENT_READ)])
async def show_checklist(
    reads: TheReads, incident_id: TheIncident, query: Annotated[ReadQuery, Query()]
) -> ChecklistView:
    """Show the practice's checklists: what is done, who or what says so, and what is open."""
    detail = await detail_of(reads, query, incident_id)
    checklist = detail.row.checklist
    return ChecklistView(
        incident_id=incident_id,
        reference=detail.board.reference,
        phase=detail.board.phase,
        sections=sections_of(checklist),
        left_open=[LeftOpenView.model_validate(one) for one in checklist.left],
    )
