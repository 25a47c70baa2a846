"""The alert list: the newest occurrence of each alert."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from events.alert.events import AlertMoved, AlertResolved, AlertTriggered
from events.log.recorded import Recorded
from projections.cursors import cursor_at, place_of
from projections.keys import stream_key
from projections.rows import Batch, Connection, Moment, Rows, Table, fold, replaced

NAME: Final = "alerts"
VERSION: Final = 1  # raise it to rebuild from position 0
TABLES: Final = ("alert",)
COMPLETE: Final = False  # an event of a type it does not know parks its key


class AlertState(StrEnum):
    """Whether the trouble is over."""

    TRIGGERED = "triggered"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """An alert and its newest occurrence."""

    alert_id: UUID
    integration_id: str
    dedup_key: str
    incident_id: UUID  # of the newest occurrence
    state: AlertState
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: Moment  # by the monitor's clock
    ended_at: Moment | None = None  # by the monitor's clock
    triggered_at: Moment
    resolved_at: Moment | None = None
    occurrences: int
    triggered_position: int  # the list's order
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts a list shows; None leaves nothing out."""

    state: AlertState | None = None
    incident_id: UUID | None = None
    integration_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayAlert:
    """An open alert whose incident was merged into another one."""

    alert_id: UUID
    incident_id: UUID
    triggered_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """A part of the list, and where it goes on."""

    rows: tuple[AlertRow, ...]
    next_cursor: str | None  # None after the last row


ALERT = Table("alert", "alert_id", AlertRow)

PAGE = """
where ($1::text is null or state = $1)
    and ($2::uuid is null or incident_id = $2)
    and ($3::text is null or integration_id = $3)
    and ($4::bigint is null or triggered_position < $4)
order by triggered_position desc limit $5
"""


STRAY: Final = """
select a.alert_id, a.incident_id, a.triggered_position
from read.alert a join read.incident_board b using (incident_id)
where a.state = 'triggered' and b.merged_at is not null
order by a.triggered_position limit $1
"""


async def stray_alerts(connection: Connection, limit: int) -> tuple[StrayAlert, ...]:
    """Return open alerts that still stand with an incident that was merged."""
    return tuple(StrayAlert(**record) for record in await connection.fetch(STRAY, limit))


async def list_alerts(
    connection: Connection, chosen: AlertFilter, cursor: str | None, limit: int
) -> AlertPage:
    """Return at most `limit` alerts, the newest occurrence first.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    rows = await ALERT.select(
        connection,
        PAGE,
        chosen.state,
        chosen.incident_id,
        chosen.integration_id,
        place.position if place else None,
        limit + 1,
    )
    shown = tuple(rows[:limit])
    more = len(rows) > limit
    return AlertPage(
        rows=shown,
        next_cursor=cursor_at(shown[-1].triggered_position, shown[-1].alert_id) if more else None,
    )


async def find_alert(connection: Connection, alert_id: UUID) -> AlertRow | None:
    """Return one alert."""
    return (await ALERT.load(connection, [alert_id])).get(alert_id)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's alerts up to date."""
    await fold(ALERT, tx, batch, alerts_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the alert that is parked when the event cannot be applied."""
    return stream_key(recorded, "alert")


def alerts_of(event: object) -> tuple[UUID, ...]:
    """Return the alert an event is about, if any."""
    return (
        (event.alert_id,) if isinstance(event, AlertTriggered | AlertResolved | AlertMoved) else ()
    )


def evolve(row: AlertRow | None, recorded: Recorded[object], _key: Hashable) -> AlertRow | None:
    """Return the row after the event."""
    match recorded.event:
        case AlertTriggered() as event:
            return AlertRow(
                alert_id=event.alert_id,
                integration_id=event.integration_id,
                dedup_key=event.dedup_key,
                incident_id=event.incident_id,
                state=AlertState.TRIGGERED,
                title=event.title,
                labels=event.labels,
                annotations=event.annotations,
                source_url=event.source_url,
                started_at=event.started_at,
                triggered_at=event.triggered_at,
                occurrences=1 + (row.occurrences if row else 0),
                triggered_position=recorded.position,
            )
        case AlertMoved() as event if row is not None:
            return replaced(row, incident_id=event.incident_id)
        case AlertResolved() as event if row is not None:
            return replaced(
                row,
                state=AlertState.RESOLVED,
                ended_at=event.ended_at,
                resolved_at=event.resolved_at,
            )
        case _:
            return row
