"""Subscriptions as they are now: which stakeholders are sent which status updates."""

from typing import Final

from events.configuration.subscription import SubscriptionDefined, SubscriptionEnded
from events.values.severity import Severity
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Reader, Row, Table

NAME: Final = "subscriptions"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class SubscriptionRow(Row, frozen=True, kw_only=True):
    """One subscription; the person's addresses are with the responder."""

    subscription_id: str
    responder_id: str
    service_id: str | None
    severities: tuple[Severity, ...]
    channels: tuple[str, ...]
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
    reader: Reader, responder_id: str | None = None, service_id: str | None = None
) -> tuple[SubscriptionRow, ...]:
    """Return the subscriptions, the ended ones too, by id."""
    return tuple(await SUBSCRIPTION.select(reader, LISTED, responder_id, service_id))


async def subscriptions_to(
    reader: Reader, service_id: str | None, severity: Severity | None
) -> tuple[SubscriptionRow, ...]:
    """Return the active subscriptions to an incident of this service and severity."""
    return tuple(await SUBSCRIPTION.select(reader, MATCHING, service_id, severity))


async def anybody_subscribed(reader: Reader) -> bool:
    """Return whether there is an active subscription at all."""
    return bool(await SUBSCRIPTION.select(reader, "where ended_at is null limit 1"))


project, key_of = defined(SUBSCRIPTION, SubscriptionDefined, SubscriptionEnded)
