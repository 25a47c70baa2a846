"""Worker heartbeats: whether any worker is alive, by the database's clock alone."""

from typing import Final

from events.log.database import Database

PULSE_EVERY: Final = 5.0  # seconds
SILENT_AFTER: Final = 30.0  # seconds; a worker that lives and has much to do is late, never so late

PULSE: Final = "select es.worker_pulse($1)"
LAST: Final = """
select extract(epoch from clock_timestamp() - max(pulsed_at))::float8 from es.worker
"""


async def pulse(database: Database, worker: str) -> None:
    """Say that this worker lives.

    Raises: LogUnavailable.
    """
    await database.fetchval(PULSE, worker)


async def seconds_since_pulse(database: Database) -> float | None:
    """Return how long ago any worker was heard of, None if there never was one.

    Raises: LogUnavailable.
    """
    seconds: float | None = await database.fetchval(LAST)
    return seconds


def is_silent(seconds: float | None) -> bool:
    """Say whether every worker is dead or frozen; one that never was is for others to tell."""
    return seconds is not None and seconds > SILENT_AFTER
