"""Pulses of processes: whether any worker, or who takes mail, lives, by the database's clock."""

from typing import Final

from events.log.database import Database

PULSE_EVERY: Final = 5.0  # seconds
SILENT_AFTER: Final = 30.0  # seconds; a worker that lives and has much to do is late, never so late

MAIL: Final = "mail:"  # how the names of those begin that take mail, and of no worker
PULSE: Final = "select es.worker_pulse($1)"
LAST: Final = """
select extract(epoch from clock_timestamp() - max(pulsed_at))::float8 from es.worker
where starts_with(name, $1) = $2
"""


async def pulse(database: Database, worker: str) -> None:
    """Say that this worker lives, or, by a name that begins so, that this process takes mail.

    Raises: LogUnavailable.
    """
    await database.fetchval(PULSE, worker)


async def seconds_since_pulse(database: Database) -> float | None:
    """Return how long ago any worker was heard of, None if there never was one.

    Raises: LogUnavailable.
    """
    seconds: float | None = await database.fetchval(LAST, MAIL, False)  # noqa: FBT003
    return seconds


async def seconds_since_mail_pulse(database: Database) -> float | None:
    """Return how long ago mail was taken anywhere; None if it was not within a day.

    Raises: LogUnavailable.
    """
    seconds: float | None = await database.fetchval(LAST, MAIL, True)  # noqa: FBT003
    return seconds


def is_silent(seconds: float | None) -> bool:
    """Say whether each of them is dead or frozen; one that never was is for others to tell."""
    return seconds is not None and seconds > SILENT_AFTER
