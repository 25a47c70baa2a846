"""Turns of messages to one contact, kept beside the log for every process that sends."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol
from weakref import WeakValueDictionary

from asyncpg.pool import PoolConnectionProxy

from events.delivery.limits import Asking, HandedOver, Limits, Waiting
from events.delivery.turns import CLAIMED_FOR, Contact, Go, Told, Turn, Wait, turn_at
from events.ids import DeliveryId
from events.log.database import Database

KEPT: Final = timedelta(days=1)  # longer than any message waits, or its sender needs to hear of it

LOCK: Final = """
select clock_timestamp()
from pg_advisory_xact_lock(hashtextextended('tocsin contact ' || encode($1, 'hex'), 0))
"""
HANDED_OVER: Final = """
select delivery_id, handed_at, urgency, settled from es.contact_handover
where contact = $1 and handed_at > $2
"""
WAITING: Final = """
select delivery_id, kind, about, incident_id, urgency, first, happened_at, told_with,
    case when claimed_at > $2 then claimed_by end as claimed_by
from es.contact_message where contact = $1
"""
TOLD_WITH: Final = "select told_with from es.contact_message where delivery_id = $1"
HAND_OVER: Final = """
insert into es.contact_handover (contact, delivery_id, urgency) values ($1, $2, $3)
"""
CLAIM: Final = """
update es.contact_message set claimed_by = $2, claimed_at = clock_timestamp()
where contact = $1 and delivery_id = any($3::uuid[])
"""
WAIT: Final = """
insert into es.contact_message
    (delivery_id, contact, kind, about, incident_id, urgency, first, happened_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (delivery_id) do update set
    contact = excluded.contact, urgency = excluded.urgency, asked_at = clock_timestamp()
"""
SETTLE: Final = """
update es.contact_handover set settled = true where contact = $1 and delivery_id = $2
"""
TELL: Final = """
update es.contact_message set told_with = $2, claimed_by = null, asked_at = clock_timestamp()
where contact = $1 and delivery_id = any($3::uuid[])
"""
FORGET: Final = """
delete from es.contact_message where contact = $1 and delivery_id = any($2::uuid[])
"""
TAKE_BACK: Final = """
delete from es.contact_handover
where contact = $1 and delivery_id = $2 and handed_at = (
    select max(handed_at) from es.contact_handover where contact = $1 and delivery_id = $2
)
"""
UNCLAIM: Final = """
update es.contact_message set claimed_by = null where contact = $1 and claimed_by = $2
"""
TIDY: Final = (
    "delete from es.contact_handover where handed_at < clock_timestamp() - $1::interval",
    "delete from es.contact_message where asked_at < clock_timestamp() - $1::interval",
)


class ContactTurns(Protocol):
    """Who may send to a contact now; the same for every process."""

    async def turn(self, contact: bytes, message: Waiting, limits: Limits) -> Turn:
        """Return what the message is to do; who may go counts as handed over from now on.

        Raises: LogUnavailable.
        """
        ...

    async def told_with(self, delivery_id: DeliveryId) -> DeliveryId | None:
        """Return which message told this one too, if one did.

        Raises: LogUnavailable.
        """
        ...

    async def handed_over(
        self,
        contact: bytes,
        by: DeliveryId,
        bundled: Collection[DeliveryId],
        unwanted: Collection[DeliveryId],
    ) -> None:
        """Record that a message went out and told others; unwanted ones wait no longer.

        Raises: LogUnavailable.
        """
        ...

    async def given_back(self, contact: bytes, by: DeliveryId) -> None:
        """Record that a message certainly did not go out: its turn is somebody else's.

        Raises: LogUnavailable.
        """
        ...


class PostgresTurns:
    """Turns in PostgreSQL, decided one at a time for each contact, by the database's clock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Who waits for a contact in this process waits without a connection.
        self._mine: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def turn(self, contact: bytes, message: Waiting, limits: Limits) -> Turn:
        """Return what the message is to do; who may go counts as handed over from now on."""
        async with self._alone(contact) as (connection, now):
            known = await _known(connection, contact, limits, now)
            turn = turn_at(known, message, limits, now)
            await _keep(connection, contact, message, turn)
            return turn

    async def told_with(self, delivery_id: DeliveryId) -> DeliveryId | None:
        """Return which message told this one too, if one did."""
        found: DeliveryId | None = await self._database.fetchval(TOLD_WITH, delivery_id)
        return found

    async def handed_over(
        self,
        contact: bytes,
        by: DeliveryId,
        bundled: Collection[DeliveryId],
        unwanted: Collection[DeliveryId],
    ) -> None:
        """Record that a message went out and told others; unwanted ones wait no longer."""
        async with self._alone(contact) as (connection, _):
            await connection.execute(SETTLE, contact, by)
            await connection.execute(TELL, contact, by, list(bundled))
            await connection.execute(FORGET, contact, [by, *unwanted])
            await connection.execute(UNCLAIM, contact, by)
            for statement in TIDY:
                await connection.execute(statement, KEPT)

    async def given_back(self, contact: bytes, by: DeliveryId) -> None:
        """Record that a message certainly did not go out: its turn is somebody else's."""
        async with self._alone(contact) as (connection, _):
            await connection.execute(TAKE_BACK, contact, by)
            await connection.execute(UNCLAIM, contact, by)

    @asynccontextmanager
    async def _alone(self, contact: bytes) -> AsyncIterator[tuple[PoolConnectionProxy, datetime]]:
        mine = self._mine.setdefault(contact, asyncio.Lock())
        async with mine, self._database.connection() as connection, connection.transaction():
            yield connection, await connection.fetchval(LOCK, contact)


async def _known(
    connection: PoolConnectionProxy, contact: bytes, limits: Limits, now: datetime
) -> Contact:
    handed_over = await connection.fetch(HANDED_OVER, contact, now - limits.longest)
    waiting = await connection.fetch(WAITING, contact, now - CLAIMED_FOR)
    return Contact(
        handed_over=tuple(
            HandedOver(
                delivery_id=row["delivery_id"],
                at=row["handed_at"],
                urgency=row["urgency"],
                settled=row["settled"],
            )
            for row in handed_over
        ),
        waiting=tuple(
            Waiting(
                asking=Asking(
                    delivery_id=row["delivery_id"], urgency=row["urgency"], first=row["first"]
                ),
                kind=row["kind"],
                about=row["about"],
                incident_id=row["incident_id"],
                at=row["happened_at"],
                claimed_by=row["claimed_by"],
                told_with=row["told_with"],
            )
            for row in waiting
        ),
    )


async def _keep(
    connection: PoolConnectionProxy, contact: bytes, message: Waiting, turn: Turn
) -> None:
    asking = message.asking
    match turn:
        case Go(others=others):
            claimed = [one.asking.delivery_id for one in others]
            await connection.execute(HAND_OVER, contact, asking.delivery_id, asking.urgency)
            await connection.execute(CLAIM, contact, asking.delivery_id, claimed)
        case Wait():
            await connection.execute(
                WAIT,
                asking.delivery_id,
                contact,
                message.kind,
                message.about,
                message.incident_id,
                asking.urgency,
                asking.first,
                message.at,
            )
        case Told():
            return
