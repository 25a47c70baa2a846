"""Still open: why an incident is, which of its alerts fire, and what it waits for."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Query
from pydantic import Field

from projections.incidents import alerts
from projections.incidents.alerts import AlertFilter, AlertState
from projections.incidents.board import BoardRow, Paging, Status
from projections.sentences.words import clock
from services.access.incident_reads import board_of
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import View
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import PageQuery, TheReads
from services.api.resources.history.alert_views import alert_views
from services.api.views.incidents import AlertView

router = api_router("incident history")

OVER = {Status.RESOLVED, Status.CLOSED, Status.DECLINED, Status.MERGED}


class StillOpenView(View):
    """Why an incident is open, with the alerts that fire in it."""

    open: Annotated[bool, Field(description="It still takes alerts.")]
    reasons: Annotated[tuple[str, ...], Field(description="In sentences; the first weighs most.")]
    alerts_firing: int
    firing: Annotated[list[AlertView], Field(description="Each with its dedup key, newest first.")]
    next_cursor: str | None


@router.get(
    "/v1/incidents/{incident_id}/still-open", dependencies=[requires(Permission.INCIDENT_READ)]
)
async def show_why_open(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[PageQuery, Query()],
) -> StillOpenView:
    """Say why the incident is still open, alert by alert.

    Alerts share an incident, and each fires by itself: all of them are in `/alerts`.
    """
    board = await board_of(reads, query, incident_id, alerts.NAME)
    chosen = AlertFilter(incident_id=incident_id, state=AlertState.TRIGGERED)
    async with reads.of(query, alerts.NAME, incident_id=incident_id) as reader:
        page = await alerts.list_alerts(reader, chosen, query.cursor, query.limit)
    return StillOpenView(
        open=board.status not in OVER,
        reasons=tuple(reasons(board)),
        alerts_firing=board.open_alerts,
        firing=await alert_views(reads, query, page.rows, caller.visibility, dependencies.clock()),
        next_cursor=page.next_cursor,
    )


def reasons(board: BoardRow) -> Iterator[str]:
    """Yield what keeps an incident open, in sentences."""
    if board.status in OVER:
        yield f"{board.reference} is {board.status}."
    if board.open_alerts:
        number = board.open_alerts
        yield f"{number} of its alerts fire." if number > 1 else "One of its alerts fires."
    elif board.status not in OVER:
        yield "No alert of it fires; people resolve an incident."
    if board.status in OVER:
        return
    if board.held_by:
        yield f"{board.held_by.partition(':')[2] or board.held_by} has it."
    if board.snoozed_until:
        yield f"It is snoozed until {clock(board.snoozed_until)}."
    elif said := PAGING.get(board.paging):
        yield said
    if board.mitigated_at:
        yield f"It was mitigated at {clock(board.mitigated_at)}, and waits for its resolution."


PAGING = {
    Paging.NONE: "Nobody is being paged for it.",
    Paging.WAITING: "Its page waits for business hours.",
    Paging.PAGING: "People are being paged, and nobody has answered yet.",
    Paging.EXHAUSTED: "Everybody who could be paged stayed silent.",
    Paging.DEGRADED: "Its page cannot start.",
}
