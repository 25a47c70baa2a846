"""Alert news: when alerts that their senders repeat were last heard of, beside the log; no events.

Whoever ends a silent alert holds its row while the end is stored, and a message about an alert
changes the row before the alert is looked at. So a repeat that comes at that moment either keeps
the alert open, or finds it over and opens it anew.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asyncpg.pool import PoolConnectionProxy

from events.ids import AlertId
from events.log.database import Database

# A sender that could not be heard has so long to repeat itself. Source: Alertmanager's
# `resolve_timeout` is five minutes; Prometheus repeats an alert every minute.
PATIENCE: Final = timedelta(minutes=5)
GAP: Final = timedelta(seconds=60)  # without a sign of any API: senders were not heard

HEARD: Final = "select es.alerts_heard($1, $2, $3)"
HELD: Final = "select heard_at, expires_at, clock_timestamp() as now from es.alert_news_held($1)"
FORGOTTEN: Final = "select es.alert_news_forgotten($1)"
SWEPT: Final = "select es.alert_news_swept($1, $2)"
SEEN: Final = "select es.intake_seen($1)"
EXPIRED: Final = """
select alert_id from es.alert_news, es.intake_watch
where expires_at <= clock_timestamp()
    and since <= clock_timestamp() - $1::interval
    and seen_at >= clock_timestamp() - $2::interval
order by expires_at limit $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertNews:
    """What was last heard of an alert."""

    heard_at: datetime
    expires_at: datetime | None  # the end that its sender declared
    now: datetime

    @property
    def expired(self) -> bool:
        """Return whether its declared end has passed."""
        return self.expires_at is not None and self.expires_at <= self.now


async def heard_of(
    database: Database, ends: Mapping[AlertId, datetime | None], at: datetime
) -> None:
    """Note that these alerts fire, and until when their sender says so; committed on return.

    Raises: LogUnavailable.
    """
    await database.fetchval(HEARD, list(ends), list(ends.values()), at)


async def expired_alerts(database: Database, most: int, patience: timedelta) -> list[AlertId]:
    """Return alerts whose declared end has passed while their senders could be heard.

    Raises: LogUnavailable.
    """
    rows = await database.fetch(EXPIRED, patience, GAP, most)
    return [AlertId(row["alert_id"]) for row in rows]


async def sweep_news(database: Database, over: Sequence[AlertId], before: datetime) -> int:
    """Drop what is kept of alerts that are over, unless it is newer; return how much that was.

    Raises: LogUnavailable.
    """
    swept: int = await database.fetchval(SWEPT, over, before)
    return swept


@asynccontextmanager
async def held(database: Database, alert_id: AlertId) -> AsyncIterator["HeldNews | None"]:
    """Hold what is known of an alert, so that a repeat waits; None where somebody else does.

    Raises: LogUnavailable.
    """
    async with database.connection() as connection, connection.transaction():
        row = await connection.fetchrow(HELD, alert_id)
        yield None if row is None else HeldNews(connection, alert_id, AlertNews(**row))


class HeldNews:
    """What is known of one alert, held."""

    def __init__(self, connection: PoolConnectionProxy, alert_id: AlertId, news: AlertNews) -> None:
        self._connection = connection
        self._alert_id = alert_id
        self.news = news

    async def forget(self) -> None:
        """Drop it: the alert is over."""
        await self._connection.execute(FORGOTTEN, self._alert_id)


async def intake_seen(database: Database) -> None:
    """Note that senders can be heard.

    Raises: LogUnavailable.
    """
    await database.fetchval(SEEN, GAP)
