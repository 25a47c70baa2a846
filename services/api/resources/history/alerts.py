"""Alerts: every alert that a monitor reported, open or over, and the incident it went to."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from projections.incidents import alerts, board
from projections.incidents.alerts import AlertFilter, AlertState
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Line, Name, View
from services.api.http.guard import api_router, requires
from services.api.reading.incident_references import references_of
from services.api.reading.reads import PageQuery, TheReads
from services.api.resources.history.alert_views import alert_views
from services.api.views.incidents import AlertView

router = api_router("incident history")


class AlertsQuery(PageQuery):
    """Which alerts; every filter narrows it."""

    state: Choice[AlertState] | None = None
    integration_id: Name | None = None
    dedup_key: Annotated[Line | None, Field(description="As the monitor names the alert.")] = None


class ListedAlertView(AlertView):
    """An alert, its newest occurrence, and where it went."""

    incident_id: Annotated[
        UUID | None, Field(description="Null: it is, or was, held back from any incident.")
    ]
    reference: Annotated[str | None, Field(description="Of the incident: INC-1042.")]


class ListedAlertList(View):
    """A page of alerts, newest first."""

    alerts: list[ListedAlertView]
    next_cursor: str | None


@router.get("/v1/alerts", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_every_alert(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[AlertsQuery, Query()],
) -> ListedAlertList:
    """List alerts of every integration, newest occurrence first: what was routed where, and why.

    Those that went to an incident that is hidden from the reader are left out.
    """
    hidden = await reads.hidden(query, caller.visibility)
    chosen = AlertFilter(
        state=query.state, integration_id=query.integration_id, dedup_key=query.dedup_key
    )
    async with reads.of(query, alerts.NAME, board.NAME) as reader:
        page = await alerts.list_alerts(reader, chosen, query.cursor, query.limit)
        rows = [row for row in page.rows if row.incident_id not in hidden]
        references = await references_of(reader, (row.incident_id for row in rows))
    views = await alert_views(reads, query, rows, caller.visibility, dependencies.clock())
    shown = [
        ListedAlertView(
            **dict(view),
            incident_id=row.incident_id,
            reference=references.get(row.incident_id),
        )
        for row, view in zip(rows, views, strict=True)
    ]
    return ListedAlertList(alerts=shown, next_cursor=page.next_cursor)
