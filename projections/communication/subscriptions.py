"""Subscriptions as they are now: who is to be sent the status updates of which incidents."""

from collections.abc import Hashable
from typing import Final

from msgspec.structs import replace

from events.configuration.responder import Channel
from events.configuration.subscription import SubscriptionDefined, SubscriptionEnded
from events.log.recorded import Recorded
from events.severity import Severity
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Connection, Moment, Row, Rows, Table, fold

NAME: Final = "subscriptions"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class SubscriptionRow(Row, frozen=True, kw_only=True):
    """One subscription; the person's addresses are with the responder."""

    subscription_id: str
    responder_id: str
    service_id: str | None
    severities: tuple[Severity, ...]
    channels: tuple[Channel, ...]
    changed_by: str
    changed_at: Moment
    ended_at: Moment | None = None
    version: int


SUBSCRIPTION = Table(
    "subscription",
    "subscription_id",
    SubscriptionRow,
    OWN_STREAM,
    indexes={
        "responder": "(responder_id)",
    },
)
TABLES: Final = (SUBSCRIPTION,)

LISTED: Final = """
where ($1::text is null or responder_id = $1)
    and ($2::text is null or service_id = $2)
order by subscription_id
"""
# While nobody can tell how bad it is, it may be as bad as anybody wants to hear of.
MATCHING: Final = """
where ended_at is null
    and (service_id is null or service_id = $1)
    and ($2::text is null or severities = '[]'::jsonb or severities ? $2)
order by subscription_id
"""


async def list_subscriptions(
    connection: Connection, responder_id: str | None = None, service_id: str | None = None
) -> tuple[SubscriptionRow, ...]:
    """Return the subscriptions, the ended ones too, by id."""
    return tuple(await SUBSCRIPTION.select(connection, LISTED, responder_id, service_id))


async def find_subscription(connection: Connection, subscription_id: str) -> SubscriptionRow | None:
    """Return one subscription."""
    return (await SUBSCRIPTION.load(connection, [subscription_id])).get(subscription_id)


async def subscriptions_to(
    connection: Connection, service_id: str | None, severity: Severity | None
) -> tuple[SubscriptionRow, ...]:
    """Return the active subscriptions to an incident of this service and severity."""
    return tuple(await SUBSCRIPTION.select(connection, MATCHING, service_id, severity))


async def anybody_subscribed(connection: Connection) -> bool:
    """Return whether there is an active subscription at all."""
    return bool(await SUBSCRIPTION.select(connection, "where ended_at is null limit 1"))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's subscriptions up to date."""
    await fold(SUBSCRIPTION, tx, batch, subscription_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the subscription that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "subscription")


def subscription_of(event: object) -> tuple[str, ...]:
    """Return the subscription an event is about, if any."""
    match event:
        case SubscriptionDefined() | SubscriptionEnded():
            return (event.subscription_id,)
        case _:
            return ()


def evolve(
    row: SubscriptionRow | None, recorded: Recorded[object], _key: Hashable
) -> SubscriptionRow | None:
    """Return the subscription after the event."""
    match recorded.event:
        case SubscriptionDefined() as event:
            return SubscriptionRow(
                subscription_id=event.subscription_id,
                responder_id=event.responder_id,
                service_id=event.service_id,
                severities=event.severities,
                channels=event.channels,
                changed_by=event.defined_by,
                changed_at=event.defined_at,
                version=recorded.version,
            )
        case SubscriptionEnded() as event if row is not None:
            return replace(row, ended_at=event.ended_at, version=recorded.version)
        case _:
            return row
