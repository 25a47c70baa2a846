"""Held alerts: what fires, or fired, without an incident, and why it pages nobody."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from events.routing.holding import HoldReason
from projections.incidents import alerts
from projections.incidents.alerts import AlertFilter, AlertState
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps
from services.api.http.formats import Choice, Name
from services.api.http.guard import api_router, requires
from services.api.reading.reads import PageQuery, TheReads
from services.api.resources.history.alert_views import alert_views
from services.api.views.incidents import AlertList

router = api_router("incident history")


class HeldAlertQuery(PageQuery):
    """Which alerts."""

    state: Annotated[
        Literal["held", "passed"], Field(description="Passed: over before it was let through.")
    ] = "held"
    reason: Choice[HoldReason] | None = None
    integration_id: Name | None = None


@router.get("/v1/held-alerts", dependencies=[requires(Permission.INCIDENT_READ)])
async def list_held_alerts(
    dependencies: Deps,
    caller: TheCaller,
    reads: TheReads,
    query: Annotated[HeldAlertQuery, Query()],
) -> AlertList:
    """List alerts that are, or were, held back from any incident: by what rule, and until when."""
    chosen = AlertFilter(
        state=AlertState(query.state), reason=query.reason, integration_id=query.integration_id
    )
    async with reads.of(query, alerts.NAME) as reader:
        page = await alerts.list_alerts(reader, chosen, query.cursor, query.limit)
    shown = await alert_views(reads, query, page.rows, caller.visibility, dependencies.clock())
    return AlertList(alerts=shown, next_cursor=page.next_cursor)
