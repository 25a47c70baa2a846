"""Incident history: timeline, pages, alerts and raw events."""

from typing import Annotated, Final

from fastapi import Query

from events.delivery.events import PAGE
from events.ids import incident_stream
from projections.incidents import alerts
from projections.incidents.alerts import AlertFilter
from projections.paging import delivery_log
from projections.paging.delivery_log import DeliveryFilter, list_deliveries
from services.access.incident_names import no_incident
from services.access.incident_reads import board_of, detail_of
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.event_view import EventList, EventView
from services.api.reading.reads import Limit, Number, PageQuery, ReadQuery, TheReads
from services.api.resources.history.alert_views import alert_views
from services.api.views.incidents import (
    AlertList,
    DeliveryView,
    PagesView,
)
from services.api.views.paging.page import PageView
from services.live.event_filter import told_of

router = api_router("incident history")

READ: Final = [requires(Permission.INCIDENT_READ)]
INCIDENT: Final = "/v1/incidents/{incident_id}"


class VersionQuery(ReadQuery):
    """Which part of the incident's stream."""

    after_version: Number = 0
    limit: Limit = 200


@router.get(f"{INCIDENT}/pages", dependencies=READ)
async def list_pages(
    reads: TheReads, incident_id: TheIncident, query: Annotated[PageQuery, Query()]
) -> PagesView:
    """Show who was paged how, and what became of every message."""
    detail = await detail_of(reads, query, incident_id)
    chosen = DeliveryFilter(kind=PAGE, incident_id=incident_id)
    async with reads.of(query, delivery_log.NAME, incident_id=incident_id) as reader:
        page = await list_deliveries(reader, chosen, query.cursor, query.limit)
    return PagesView(
        pages=[PageView.model_validate(one) for one in detail.row.pages],
        deliveries=[DeliveryView.model_validate(row) for row in page.rows],
        next_cursor=page.next_cursor,
    )


@router.get(f"{INCIDENT}/alerts", dependencies=READ)
async def list_alerts(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[PageQuery, Query()],
) -> AlertList:
    """List the alerts that fired in the incident, as they were in it where they fire elsewhere."""
    await board_of(reads, query, incident_id, alerts.NAME)
    chosen = AlertFilter(incident_id=incident_id)
    async with reads.of(query, alerts.NAME, incident_id=incident_id) as reader:
        page = await alerts.list_alerts(reader, chosen, query.cursor, query.limit)
    shown = await alert_views(reads, query, page.rows, caller.visibility, dependencies.clock())
    return AlertList(alerts=shown, next_cursor=page.next_cursor)


@router.get(f"{INCIDENT}/events", dependencies=READ)
async def list_incident_events(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[VersionQuery, Query()],
) -> EventList:
    """Show the events of the incident's own stream as they are stored. Always current.

    A version is left out that names another incident which is private.
    """
    stream = incident_stream(incident_id)
    until = await reads.position_of(query)
    stored = await dependencies.log.read_stream(stream, query.after_version)
    if until is not None:
        stored = [event for event in stored if event.position <= until]
    if not stored and not await dependencies.log.read_stream(stream):
        raise no_incident(incident_id)
    hidden = await reads.hidden(query, caller.visibility)
    first = stored[: query.limit]
    shown = [EventView.of(event) for event in first if not told_of(event, hidden)]
    more = len(stored) > query.limit
    return EventList(events=shown, next_after=str(first[-1].version) if more else None)
