"""Alertmanager's door: POST its webhook to the URL that its integration was given."""

from collections.abc import Callable, Collection, Coroutine
from functools import partial
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from events.errors import LogOverloaded
from events.log.recorded import Metadata
from events.log.store import Log
from services.api.dependencies import Deps, dependencies_of
from services.api.guard import GuardedRoute, public
from services.api.ingest.alertmanager import Notification, report_from
from services.api.ingest.door import Door, Received, Sender, sender_with
from services.api.ingest.opening import declare_for
from services.api.refusals import NotAuthenticated, RequestTooSlow
from services.api.seeing import is_private

logger = structlog.get_logger(__name__)

_REFUSED: Final = "This is not the key of an integration, or it was revoked."


class KeyedRoute(GuardedRoute):
    """A route that knows the integration, by the key in its path, before it reads the body."""

    MOST_VALUES = 500_000  # monitors send long lists, and never again what was refused

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the door."""
        handle = super().get_route_handler()

        async def keyed(request: Request) -> Response:
            log = dependencies_of(request).log
            sender = await sender_with(log, request.path_params["key"])
            if sender is None:
                raise NotAuthenticated(_REFUSED)
            request.state.sender = sender
            request.state.principal = sender.principal
            try:
                return await handle(request)
            except RequestTooSlow as slow:  # Alertmanager comes again after a 503, never after 408
                raise LogOverloaded(slow.detail) from slow

        return keyed


router = APIRouter(tags=["ingest"], route_class=KeyedRoute)


def sender_of(request: Request) -> Sender:
    """Return the integration whose key opened the route."""
    return cast("Sender", request.state.sender)


class AlertAnswer(BaseModel):
    """One alert of the webhook, as it stands now."""

    alert_id: UUID
    state: Literal["firing", "resolved"]
    incident_id: UUID | None  # of its newest occurrence; None if it never fired here


class WebhookAnswer(BaseModel):
    """What became of a webhook. `incident_id` is there when an alert of it needed an incident.

    A private incident is not named.
    """

    outcome: Literal["opened", "joined", "unchanged"]
    incident_id: UUID | None
    reference: str | None
    alerts: list[AlertAnswer]
    position: str


@router.post(
    "/v1/integrations/{key}/alertmanager",
    dependencies=[public("the integration's key in the path is checked before the body is read")],
)
async def receive_alertmanager(
    request: Request,
    key: Annotated[str, Path(description="The integration's secret key.")],  # noqa: ARG001
    sender: Annotated[Sender, Depends(sender_of)],
    notification: Notification,
    dependencies: Deps,
) -> WebhookAnswer:
    """Take in what Alertmanager says: alerts fire and resolve, and a group of them is one incident.

    Everything is stored when this answers. A webhook that comes again changes nothing. Overload and
    an unreachable database answer 503, because Alertmanager drops what is answered otherwise.
    """
    log, at = dependencies.log, dependencies.clock()
    report = report_from(sender.integration_id, notification)
    metadata = Metadata(principal=sender.principal, correlation_id=request.state.request_id)
    if notification.truncated_alerts:
        logger.warning(
            "alerts_truncated",
            integration_id=sender.integration_id,
            left_out=notification.truncated_alerts,
        )
    declare = partial(declare_for, log, sender, report, metadata, at)
    received = await Door(log, metadata, at, declare).receive(report)
    return answered(received, await _private_of(log, received))


async def _private_of(log: Log, received: Received) -> frozenset[UUID]:
    named = {one.alert.incident_id for one in received.alerts if one.alert.incident_id}
    if received.placed is not None:
        named.add(received.placed.incident_id)
    return frozenset([one for one in named if await is_private(log, one)])


def answered(received: Received, hidden: Collection[UUID]) -> WebhookAnswer:
    """Return what became of the report, as the sender may read it: a monitor is nobody's member."""
    placed = received.placed
    outcome: Literal["opened", "joined", "unchanged"] = "unchanged"
    if placed is not None:
        outcome = "opened" if placed.opened else "joined"
        placed = None if placed.incident_id in hidden else placed
    return WebhookAnswer(
        outcome=outcome,
        incident_id=placed.incident_id if placed else None,
        reference=placed.reference if placed else None,
        alerts=[
            AlertAnswer(
                alert_id=one.alert_id,
                state="firing" if one.alert.is_open else "resolved",
                incident_id=None if one.alert.incident_id in hidden else one.alert.incident_id,
            )
            for one in received.alerts
        ],
        position=str(received.position),
    )
