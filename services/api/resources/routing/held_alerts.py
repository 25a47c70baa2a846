"""Held alerts: what fires, or fired, without an incident, and why it pages nobody."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from events.alert.commands import ReleaseAlert
from events.alert.decide import AGGREGATE, alert_decider
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
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("incident history")

RELEASE: Final = "/v1/alerts/{alert_id}/release"


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


@router.post(RELEASE, dependencies=[requires(Permission.INCIDENT_DECLARE)], response_model=Receipt)
async def release_alert(alert_id: UUID, change: TheConfigurationChange) -> Response:
    """Let an alert through that is held back: whatever holds it does so no more while it fires.

    Within a second or so it goes where the rules of now send it, as if it came just then: to an
    incident that is open, or to a new one, which pages. Said twice, it is let through once; when it
    is not held back any more, the refusal says what became of it.
    """
    command = ReleaseAlert(actor=change.actor, at=change.at)
    return await change.receipt(alert_decider, AGGREGATE.stream(alert_id), command)
