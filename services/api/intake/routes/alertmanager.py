"""Alertmanager's door: POST its webhook to the URL that its integration was given."""

from collections.abc import Callable, Collection, Coroutine
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from events.errors import LogOverloaded
from events.log.dead_letters import BEGINNING, Unreadable
from events.log.recorded import Metadata
from events.log.store import Log
from services.access.visibility import is_private
from services.api.dependencies import Dependencies, Deps
from services.api.http.cuts import tell_cut
from services.api.http.dependencies import dependencies_of
from services.api.http.guard import GuardedRoute, public
from services.api.http.headway import made_headway
from services.api.intake.receiver import Sender, sender_with
from services.api.intake.sources.alert_reading import NotificationReader, NotReadable
from services.api.intake.sources.alert_schema import REQUEST_BODY
from services.api.intake.sources.notification import Notification
from services.api.intake.storing import SHOWN, Intake, Taken
from services.api.intake.streamed_body import pieces_of
from services.attending import Attending
from services.request_refusals import BodyMalformed, NotAuthenticated, RequestTooSlow

logger = structlog.get_logger(__name__)

_REFUSED: Final = "This is not the key of an integration, or it was revoked."


class KeyedRoute(GuardedRoute):
    """A route that knows the integration, by the key in its path, before it reads the body."""

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
            return await handle(request)

        return keyed


class AlertRoute(KeyedRoute):
    """A route whose sender comes again after a 503, and never after a 408."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the door."""
        handle = super().get_route_handler()

        async def patient(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestTooSlow as slow:
                raise LogOverloaded(slow.detail) from slow

        return patient


router = APIRouter(tags=["ingest"], route_class=AlertRoute)


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
    alerts: Annotated[list[AlertAnswer], Field(description=f"The first {SHOWN} that were read.")]
    alerts_read: int
    alerts_mended: Annotated[
        int, Field(description="Of those: how many had something cut, replaced or derived.")
    ]
    alerts_unread: Annotated[
        int, Field(description="That could not be read: the incident says so, and is paged for.")
    ]
    alerts_left_out: Annotated[int, Field(description="By Alertmanager, above its `max_alerts`.")]
    cut_off: Annotated[bool, Field(description="The message ended before its JSON did.")]
    position: str


@router.post(
    "/v1/integrations/{key}/alertmanager",
    dependencies=[public("the integration's key in the path is checked before the body is read")],
    openapi_extra=REQUEST_BODY,
)
async def receive_alertmanager(
    request: Request,
    key: Annotated[str, Path(description="The integration's secret key.")],  # noqa: ARG001
    sender: Annotated[Sender, Depends(sender_of)],
    dependencies: Deps,
) -> WebhookAnswer:
    """Take in what Alertmanager says: alerts fire and resolve, and a group of them is one incident.

    Everything is stored when this answers, and somebody has each alert that fires, is paged for it
    or will be. A webhook that comes again changes nothing. Overload, an unreachable database and an
    alert that fires just after it or its incident has ended answer 503, because Alertmanager drops
    what is answered otherwise. So whatever can be told apart is taken; only what is no notification
    at all is refused, and kept.
    """
    at = dependencies.clock()
    reader = NotificationReader(at)
    notification = await _read(request, reader, sender, dependencies)
    _tell_losses(notification, sender, dependencies)
    intake = Intake(
        log=dependencies.log,
        attending=Attending(dependencies.log, dependencies.inbox),
        sender=sender,
        metadata=Metadata(principal=sender.principal, correlation_id=request.state.request_id),
        at=at,
        storms=dependencies.storms,
        headway=partial(made_headway, request),
    )
    taken = await intake.take(notification, reader.alerts)
    if reader.alerts.mended:
        tell_cut(f"alerts: of {reader.alerts.mended} something was cut, replaced or derived")
    dependencies.losses.unread += taken.refused
    hidden = await _private_of(dependencies.log, taken)
    return answered(notification, reader.alerts.mended, taken, hidden)


async def _read(
    request: Request, reader: NotificationReader, sender: Sender, dependencies: Dependencies
) -> Notification:
    """Read the body to its end; what cannot be read is kept before it is refused.

    Raises: BodyMalformed, RequestTooSlow, RequestMalformed, LogUnavailable.
    """
    digest, size, beginning = sha256(), 0, bytearray()
    async for piece in pieces_of(request):
        reader.feed(piece)
        digest.update(piece)
        size += len(piece)
        beginning += piece[: BEGINNING - len(beginning)]
    try:
        return reader.finish()
    except NotReadable as unreadable:
        reason = str(unreadable)
    message = Unreadable(
        integration_id=sender.integration_id,
        reason=reason,
        size=size,
        sha256=digest.digest(),
        beginning=bytes(beginning),
    )
    logger.warning("alerts_unreadable", integration_id=sender.integration_id, reason=reason)
    await dependencies.dead_letters.keep(message)
    raise BodyMalformed(f"{reason} It is kept: see /v1/dead-letters.")


def _tell_losses(notification: Notification, sender: Sender, dependencies: Dependencies) -> None:
    dependencies.losses.add(notification)
    if notification.truncated_alerts:
        logger.warning(
            "alerts_truncated",
            integration_id=sender.integration_id,
            left_out=notification.truncated_alerts,
        )
    if notification.unread or notification.cut_off:
        logger.warning(
            "alerts_unread",
            integration_id=sender.integration_id,
            unread=notification.unread,
            cut_off=notification.cut_off,
        )


async def _private_of(log: Log, taken: Taken) -> frozenset[UUID]:
    named = {one.alert.incident_id for one in taken.shown if one.alert.incident_id}
    if taken.placed is not None:
        named.add(taken.placed.incident_id)
    return frozenset([one for one in named if await is_private(log, one)])


def answered(
    notification: Notification, mended: int, taken: Taken, hidden: Collection[UUID]
) -> WebhookAnswer:
    """Return what became of it, as the sender may read it: a monitor is nobody's member."""
    placed = taken.placed
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
            for one in taken.shown
        ],
        alerts_read=taken.stored,
        alerts_mended=mended,
        alerts_unread=notification.unread + taken.refused,
        alerts_left_out=notification.truncated_alerts,
        cut_off=notification.cut_off,
        position=str(taken.position),
    )
