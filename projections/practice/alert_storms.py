"""Alert storms: the newest of each integration, by where its alerts would go."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.alert_storm.events import AlertStormCalmed, AlertStormDetected
from events.log.recorded import Recorded
from projections.engine.keys import stream_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, fold, same_named

NAME: Final = "alert_storms"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key
CALM: Final = timedelta(minutes=5)  # without more new alerts than begin a storm


class AlertStormRow(Row, frozen=True, kw_only=True):
    """The newest storm of an integration."""

    storm_id: UUID
    integration_id: str
    number: int
    incident_id: UUID
    above: int
    detected_at: Moment
    calmed_at: Moment | None = None  # None: it goes on


class CalmStorm(Struct, frozen=True, kw_only=True):
    """A storm that goes on, and has calmed down."""

    storm_id: UUID
    number: int
    alerts: int  # that went to its incident


STORM = Table("alert_storm", "storm_id", AlertStormRow)
TABLES: Final = (STORM,)

# Calm: the newest alert but so many as begin a storm came long ago.
CALMED: Final = """
select s.storm_id, s.number,
    (select count(*) from read.incident_alert a where a.incident_id = s.incident_id) as alerts
from read.alert_storm s
where s.calmed_at is null
    and s.detected_at <= clock_timestamp() - $1::interval
    and coalesce(
        (
            select a.triggered_at from read.alert a where a.integration_id = s.integration_id
            order by a.triggered_position desc offset s.above limit 1
        ) <= clock_timestamp() - $1::interval,
        true
    )
order by s.detected_at limit $2
"""


async def calm_storms(reader: Reader, limit: int, calm: timedelta = CALM) -> tuple[CalmStorm, ...]:
    """Return storms that go on and have calmed down."""
    return tuple(CalmStorm(**record) for record in await reader.fetch(CALMED, calm, limit))


async def storms_going_on(reader: Reader) -> tuple[AlertStormRow, ...]:
    """Return the storms that go on, the oldest first."""
    return tuple(await STORM.select(reader, "where calmed_at is null order by detected_at"))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the storms of the batch up to date."""
    await fold(STORM, tx, batch, storms_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the storm that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "alert_storm")


def storms_of(event: object) -> tuple[UUID, ...]:
    """Return the storm an event is about, if any."""
    return (event.storm_id,) if isinstance(event, AlertStormDetected | AlertStormCalmed) else ()


def evolve(
    row: AlertStormRow | None, recorded: Recorded[object], _key: object
) -> AlertStormRow | None:
    """Return the row after the event."""
    match recorded.event:
        case AlertStormDetected() as event:
            return AlertStormRow(**same_named(event, AlertStormRow))
        case AlertStormCalmed() as event if row is not None:
            return replace(row, calmed_at=event.calmed_at)
        case _:
            return row
