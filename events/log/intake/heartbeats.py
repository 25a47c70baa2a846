"""Heartbeat pings: when each heartbeat was last heard, by the database's clock; no events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from events.configuration.heartbeat import HeartbeatId
from events.heartbeat.silence import Pings
from events.ids import IntegrationId
from events.log.database import Database

PINGED: Final = "select es.heartbeat_pinged($1, $2)"
RAISED: Final = "select es.heartbeat_raised($1, $2, $3)"
SETTLED: Final = "select es.heartbeat_settled($1)"
WOKEN: Final = "select es.heartbeat_woken($1, $2)"
FORGOTTEN: Final = "select es.heartbeat_forgotten($1)"
LAST: Final = """
select asked as heartbeat_id, clock_timestamp() as now, succeeded_at, started_at, failed_at,
    raised_with
from unnest($1::text[]) as asked left join es.heartbeat on heartbeat_id = asked
"""
WAKING: Final = """
select heartbeat_id, wakes_at from es.heartbeat
where wakes_at is not null order by wakes_at limit $1
"""


class Reader(Protocol):
    """What answers a query: the database, or one connection of it."""

    async def fetch(self, sql: str, /, *arguments: object) -> list[Any]:
        """Return every row."""
        ...


class PingKind(StrEnum):
    """What a ping says."""

    SUCCESS = "success"  # all is well; the job is done
    START = "start"  # the job has begun
    FAILURE = "failure"  # the job has failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of one heartbeat."""

    now: datetime
    pings: Pings
    raised_with: IntegrationId | None  # whose alert is open because of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Waking:
    """A heartbeat whose workflow is to look at it."""

    heartbeat_id: HeartbeatId
    at: datetime


async def ping(database: Database, heartbeat_id: HeartbeatId, kind: PingKind) -> None:
    """Store that a heartbeat was heard; it is committed when this returns.

    Raises: LogUnavailable.
    """
    await database.fetchval(PINGED, heartbeat_id, kind.value)


async def heard(reader: Reader, heartbeat_ids: Iterable[str]) -> dict[str, Heard]:
    """Return when each of the heartbeats was last heard.

    Raises: LogUnavailable.
    """
    rows = await reader.fetch(LAST, list(heartbeat_ids))
    return {row["heartbeat_id"]: _heard(row) for row in rows}


def _heard(row: Any) -> Heard:
    pings = Pings(
        succeeded_at=row["succeeded_at"], started_at=row["started_at"], failed_at=row["failed_at"]
    )
    return Heard(now=row["now"], pings=pings, raised_with=row["raised_with"])


async def raise_unless_heard(
    database: Database,
    heartbeat_id: HeartbeatId,
    integration_id: IntegrationId,
    seen: datetime | None,
) -> bool:
    """Note that its alert is about to be raised, unless a ping came since; say whether it may be.

    Raises: LogUnavailable.
    """
    may: bool = await database.fetchval(RAISED, heartbeat_id, integration_id, seen)
    return may


async def settle(database: Database, heartbeat_id: HeartbeatId) -> None:
    """Note that its alert is over.

    Raises: LogUnavailable.
    """
    await database.fetchval(SETTLED, heartbeat_id)


async def waking(database: Database, most: int) -> list[Waking]:
    """Return the heartbeats of which something was heard that their workflows wait for.

    Raises: LogUnavailable.
    """
    rows = await database.fetch(WAKING, most)
    return [Waking(heartbeat_id=row["heartbeat_id"], at=row["wakes_at"]) for row in rows]


async def woken(database: Database, one: Waking) -> None:
    """Note that the workflow was told, unless more was heard since.

    Raises: LogUnavailable.
    """
    await database.fetchval(WOKEN, one.heartbeat_id, one.at)


async def forget(database: Database, heartbeat_id: HeartbeatId) -> None:
    """Drop what was heard of a heartbeat that has ended.

    Raises: LogUnavailable.
    """
    await database.fetchval(FORGOTTEN, heartbeat_id)
