"""Bulk load: a long log in a short time, its rows chained here and sent by COPY."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from benchmarks.log.projections import whole_stream
from benchmarks.log.samples import DIGEST
from events.ids import IncidentId, incident_stream
from events.log.proof.chain import GENESIS, rows_of
from events.log.recorded import Append, AppendResult, EventData, RecordedEvent, Verdict

BEGIN: Final = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
BETWEEN: Final = timedelta(milliseconds=50)  # two incidents


async def load(owner_dsn: str, events: int) -> None:
    """Fill an empty log with whole incidents, as its owner: nobody else may choose positions."""
    connection = await asyncpg.connect(owner_dsn)
    try:
        await connection.copy_records_to_table(
            "event",
            schema_name="es",
            columns=(*RecordedEvent.__struct_fields__, "ordinal", "request_digest"),
            records=((*values(row), row.version - 1, DIGEST) for row in told(events)),
        )
        await connection.execute("vacuum analyze es.event")
    finally:
        await connection.close()


def told(events: int) -> Iterator[RecordedEvent]:
    """Yield the rows of one incident after the other, each with its own id and its own chain."""
    first = whole_stream()
    pattern = str(UUID(first.stream.removeprefix("incident-"))).encode()
    position = 0
    while position < events:
        incident_id = IncidentId(uuid4())
        request = again(first, pattern, incident_id)
        count = len(request.events)
        receipt = AppendResult(
            verdict=Verdict.APPENDED,
            stream=request.stream,
            version=count,
            first_position=position + 1,
            last_position=position + count,
            hash=None,
            recorded_at=BEGIN + position // count * BETWEEN,
        )
        yield from rows_of(request, receipt, GENESIS)
        position += count


def again(request: Append, pattern: bytes, incident_id: IncidentId) -> Append:
    """Return the same request for another incident: encoding each event anew takes ten times."""
    own = str(incident_id).encode()
    return Append(
        stream=incident_stream(incident_id),
        command_id=uuid4(),
        request_digest=request.request_digest,
        expected_version=0,
        events=tuple(
            EventData(
                type=event.type,
                schema_version=event.schema_version,
                payload=event.payload.replace(pattern, own),
            )
            for event in request.events
        ),
        metadata=request.metadata,
    )


def values(row: RecordedEvent) -> Iterator[object]:
    """Yield the row's columns."""
    return (getattr(row, name) for name in RecordedEvent.__struct_fields__)
