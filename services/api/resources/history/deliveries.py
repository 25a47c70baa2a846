"""Deliveries: what became of every message, by page and by person; never an address."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from msgspec.structs import asdict
from pydantic import Field

from events.errors import PageNotFound
from events.ids import IncidentId, PageId, page_stream
from events.loading import load
from events.page.decide import page_decider
from projections.incidents import board
from projections.paging import delivery_log
from projections.paging.delivery_log import (
    DeliveryFilter,
    DeliveryState,
    list_deliveries,
)
from services.access.permissions import Permission
from services.access.visibility import sees
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.incident_references import references_of
from services.api.reading.reads import PageQuery, TheReads
from services.api.views.incidents import DeliveryView

router = api_router("incident history")


class DeliveryQuery(PageQuery):
    """Which deliveries; every filter narrows it."""

    kind: Name | None = None
    state: Choice[DeliveryState] | None = None


class DeliveryList(View):
    """A part of the deliveries, newest first."""

    deliveries: list[DeliveryView]
    next_cursor: str | None


class EveryDeliveryQuery(DeliveryQuery):
    """Which deliveries, of whom and about what; every filter narrows it."""

    responder_id: Name | None = None
    incident_id: UUID | None = None


class ListedDeliveryView(DeliveryView):
    """One message to one responder, what it was about, and what its provider said of it."""

    reference: Annotated[str | None, Field(description="Of the incident: INC-1042.")]
    receipt: Annotated[
        Literal["delivered", "undelivered"] | None,
        Field(description="The provider's last word, where it gives one."),
    ]
    receipt_at: datetime | None
    receipt_error: str | None


class ListedDeliveryList(View):
    """A part of the deliveries to everybody, newest first."""

    deliveries: list[ListedDeliveryView]
    next_cursor: str | None


@router.get("/v1/deliveries", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_deliveries_to_everybody(
    caller: TheCaller, reads: TheReads, query: Annotated[EveryDeliveryQuery, Query()]
) -> ListedDeliveryList:
    """List the messages to everybody, of every kind: when, how often tried, and what became.

    Those about an incident that is hidden from the reader are left out.
    """
    chosen = DeliveryFilter(
        responder_id=query.responder_id,
        incident_id=query.incident_id,
        kind=query.kind,
        state=query.state,
        hidden=await reads.hidden(query, caller.visibility),
    )
    async with reads.of(query, delivery_log.NAME, board.NAME) as reader:
        part = await list_deliveries(reader, chosen, query.cursor, query.limit)
        references = await references_of(reader, (row.incident_id for row in part.rows))
    shown = [
        ListedDeliveryView.model_validate(
            asdict(row) | {"reference": references.get(row.incident_id)}
        )
        for row in part.rows
    ]
    return ListedDeliveryList(deliveries=shown, next_cursor=part.next_cursor)


@router.get("/v1/pages/{page_id}/deliveries", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_page_deliveries(
    page_id: UUID,
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[DeliveryQuery, Query()],
) -> DeliveryList:
    """List the messages of one page, those too that wait for their time, or were held back."""
    page, _ = await load(dependencies.log, page_decider, page_stream(PageId(page_id)))
    incident_id = page.incident_id
    if incident_id is None or not await sees(dependencies, caller.visibility, incident_id):
        raise PageNotFound(f"No such page: {page_id}.")
    chosen = DeliveryFilter(page_id=page_id, kind=query.kind, state=query.state)
    return await _listed(reads, query, chosen, incident_id)


@router.get(
    "/v1/responders/{responder_id}/deliveries", dependencies=[requires(Permission.INCIDENT_READ)]
)
async def list_responder_deliveries(
    responder_id: Name,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[DeliveryQuery, Query()],
) -> DeliveryList:
    """List the messages to one responder, of every kind: when, how often tried, why held back.

    Those about an incident that is private to others are left out.
    """
    hidden = await reads.hidden(query, caller.visibility)
    chosen = DeliveryFilter(
        responder_id=responder_id, kind=query.kind, state=query.state, hidden=hidden
    )
    return await _listed(reads, query, chosen)


async def _listed(
    reads: TheReads,
    query: DeliveryQuery,
    chosen: DeliveryFilter,
    incident_id: IncidentId | None = None,
) -> DeliveryList:
    async with reads.of(query, delivery_log.NAME, incident_id=incident_id) as reader:
        part = await list_deliveries(reader, chosen, query.cursor, query.limit)
    return DeliveryList(
        deliveries=[DeliveryView.model_validate(row) for row in part.rows],
        next_cursor=part.next_cursor,
    )
