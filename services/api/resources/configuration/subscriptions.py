"""Subscriptions: who is sent the status updates of which incidents."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import AfterValidator, Field

from activities.delivery.provider import provider_types
from events.configuration.subscription import (
    DefineSubscription,
    EndSubscription,
    SubscriptionNotFound,
    subscription_decider,
)
from events.ids import (
    ResponderId,
    ServiceId,
    SubscriptionId,
    subscription_stream,
)
from events.values.severity import Severity
from projections.communication import subscriptions
from projections.engine.defined import one
from services.access.permissions import Permission
from services.api.http.formats import Choice, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.contact_methods import KnownChannel
from services.api.views.subscriptions import SubscriptionList, SubscriptionView
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")

SUBSCRIPTION = "/v1/subscriptions/{subscription_id}"


def _each_once[Kind](values: tuple[Kind, ...]) -> tuple[Kind, ...]:
    if len(set(values)) != len(values):
        raise ValueError("give each of them once")
    return values


class SubscriptionBody(
    Strict,
    json_schema_extra={"examples": [{"responder_id": "grace", "severities": ["SEV1", "SEV2"]}]},
):
    """Subscription to set. The responder's contact methods say how the person is reached."""

    responder_id: Name
    service_id: Annotated[
        Name | None, Field(description="Null: every service, and incidents without one.")
    ] = None
    severities: Annotated[
        tuple[Choice[Severity], ...],
        AfterValidator(_each_once),
        Field(max_length=len(Severity), strict=False, description="Empty: every severity."),
    ] = ()
    channels: Annotated[
        tuple[KnownChannel, ...],
        AfterValidator(_each_once),
        Field(
            max_length=len(provider_types()),
            strict=False,
            description="Empty: every contact method.",
        ),
    ] = ()


class SubscriptionQuery(ReadQuery):
    """Whose subscriptions, and to what; every filter narrows it."""

    responder_id: Name | None = None
    service_id: Name | None = None


@router.get("/v1/subscriptions", dependencies=[requires(Permission.CONFIGURATION_READ)])
async def list_subscriptions(
    reads: TheReads, query: Annotated[SubscriptionQuery, Query()]
) -> SubscriptionList:
    """List the subscriptions, the ended ones too, by id."""
    async with reads.of(query, subscriptions.NAME) as connection:
        rows = await subscriptions.list_subscriptions(
            connection, query.responder_id, query.service_id
        )
    return SubscriptionList(subscriptions=[SubscriptionView.model_validate(row) for row in rows])


@router.get(SUBSCRIPTION, dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_subscription(
    response: Response,
    reads: TheReads,
    subscription_id: Name,
    query: Annotated[ReadQuery, Query()],
) -> SubscriptionView:
    """Show a subscription; its ETag is what If-Match takes."""
    stream = subscription_stream(SubscriptionId(subscription_id))
    async with reads.of(query, subscriptions.NAME, stream=stream) as connection:
        row = await one(subscriptions.SUBSCRIPTION, connection, subscription_id)
    if row is None:
        raise SubscriptionNotFound(f"No such subscription: {subscription_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return SubscriptionView.model_validate(row)


@router.put(
    SUBSCRIPTION,
    dependencies=[requires(Permission.SUBSCRIPTION_WRITE)],
    response_model=Receipt,
)
async def define_subscription(
    subscription_id: Name, body: SubscriptionBody, change: TheConfigurationChange
) -> Response:
    """Have somebody sent status updates, or change which; an ended subscription begins again."""
    service_id = ServiceId(body.service_id) if body.service_id else None
    command = DefineSubscription(
        subscription_id=SubscriptionId(subscription_id),
        responder_id=ResponderId(body.responder_id),
        service_id=service_id,
        severities=body.severities,
        channels=body.channels,
        actor=change.actor,
        at=change.at,
    )
    stream = subscription_stream(command.subscription_id)
    return await change.receipt(subscription_decider, stream, command)


@router.delete(
    SUBSCRIPTION,
    dependencies=[requires(Permission.SUBSCRIPTION_WRITE)],
    response_model=Receipt,
)
async def end_subscription(subscription_id: Name, change: TheConfigurationChange) -> Response:
    """Unsubscribe: nothing more is sent, not even what is on its way."""
    stream = subscription_stream(SubscriptionId(subscription_id))
    command = EndSubscription(actor=change.actor, at=change.at)
    return await change.receipt(subscription_decider, stream, command)
