"""Dead-man switch: when a probe last passed each part of a page's way, by the database's clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from events.log.database import Database

BEGIN: Final = "select es.probe_begin($1)"
ARRIVED: Final = "select es.probe_arrived($1)"
HEARTBEAT: Final = "select es.heartbeat_sent($1)"
PASSED: Final = """
select
    extract(epoch from clock_timestamp() - begun_at)::float8 as begun,
    extract(epoch from clock_timestamp() - coalesce(arrived_at, made_at))::float8 as arrived,
    extract(epoch from clock_timestamp() - greatest(heartbeat_at, heartbeat_wanted_at))::float8
        as heartbeat,
    heartbeat_wanted_at is not null as heartbeat_wanted,
    heartbeat_fault
from es.dead_man_switch
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """How many seconds ago a probe passed each part."""

    begun: float | None  # None: nobody ever began one
    arrived: float  # since the switch is there, if none has arrived so far
    heartbeat: float | None  # since one is wanted, if none has gone out so far
    heartbeat_wanted: bool
    heartbeat_fault: str | None  # of the newest one


async def begin_probe(database: Database, every: timedelta) -> bool:
    """Send a probe on its way if it is time for one, and return whether it was.

    Raises: LogUnavailable.
    """
    begun: bool = await database.fetchval(BEGIN, every)
    return begun


async def probe_arrived(database: Database, *, heartbeat_wanted: bool) -> None:
    """Record that a probe reached the sink.

    Raises: LogUnavailable.
    """
    await database.fetchval(ARRIVED, heartbeat_wanted)


async def heartbeat_sent(database: Database, fault: str | None = None) -> None:
    """Record that a heartbeat went out, or by which fault it did not.

    Raises: LogUnavailable.
    """
    await database.fetchval(HEARTBEAT, fault)


async def passed(database: Database) -> Passed:
    """Return what the last probe passed.

    Raises: LogUnavailable.
    """
    [row] = await database.fetch(PASSED)
    return Passed(**dict(row.items()))
