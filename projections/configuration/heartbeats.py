"""Heartbeats as they are defined now; when each was heard is beside the log."""

from collections.abc import Hashable
from typing import Final

from msgspec.structs import replace

from events.configuration.heartbeat import HeartbeatDefined, HeartbeatEnded
from events.log.recorded import Recorded
from events.values.severity import Severity
from projections.engine.defined import DefinedRows
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Row, Rows, Table, fold

NAME: Final = "heartbeats"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class HeartbeatRow(Row, frozen=True, kw_only=True):
    """One heartbeat."""

    heartbeat_id: str
    name: str
    integration_id: str
    interval_seconds: int
    grace_seconds: int
    severity: Severity | None
    message: str | None
    team_id: str | None
    expected_since: Moment | None = None  # it was defined, after its end if it had one
    changed_by: str
    changed_at: Moment
    ended_at: Moment | None = None
    version: int


HEARTBEAT = Table("heartbeat", "heartbeat_id", HeartbeatRow, OWN_STREAM)
TABLES: Final = (HEARTBEAT,)
_ROWS: Final = DefinedRows(HEARTBEAT, HeartbeatDefined, (HeartbeatEnded,))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the rows that the batch names up to date."""
    await fold(HEARTBEAT, tx, batch, _ROWS.keys, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what an event is about, for the order of events."""
    return stream_key(recorded, HEARTBEAT.name)


def evolve(
    row: HeartbeatRow | None, recorded: Recorded[object], key: Hashable
) -> HeartbeatRow | None:
    """Return the row after an event: changed, it goes on; after its end it begins anew."""
    changed, event = _ROWS.evolve(row, recorded, key), recorded.event
    if changed is None or not isinstance(event, HeartbeatDefined):
        return changed
    goes_on = row is not None and row.ended_at is None
    since = row.expected_since if row is not None and goes_on else event.defined_at
    return replace(changed, expected_since=since)
