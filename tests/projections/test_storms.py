"""A storm of alerts in one incident is projected with work proportional to its size."""

import sys
from collections.abc import Collection, Hashable, Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from events.alert.events import AlertTriggered
from events.ids import AlertId, IncidentId, IntegrationId
from events.log.recorded import Metadata, Recorded
from projections.engine.projection import Projection
from projections.engine.rows import Batch, Row, Table, as_json
from projections.registry import ALL_PROJECTIONS

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FEW, MANY = 100, 800


class Forgetful:
    """Rows that nobody keeps."""

    async def load[R: Row](self, table: Table[R], keys: Collection[Hashable]) -> dict[Hashable, R]:
        return {}

    async def store[R: Row](self, table: Table[R], rows: Iterable[R]) -> None:
        as_json(list(rows))


def storm(number: int) -> Batch:
    incident_id = IncidentId(uuid4())
    return [_called(incident_id, position) for position in range(1, number + 1)]


def _called(incident_id: IncidentId, position: int) -> Recorded[object]:
    alert_id = AlertId(uuid4())
    event = AlertTriggered(
        alert_id=alert_id,
        integration_id=IntegrationId("prometheus"),
        dedup_key=str(position),
        incident_id=incident_id,
        title="DiskFull",
        labels={"alertname": "DiskFull"},
        annotations={},
        source_url=None,
        started_at=AT,
        triggered_at=AT,
    )
    return Recorded(
        position=position,
        stream=f"alert-{alert_id}",
        version=1,
        event_id=uuid4(),
        command_id=UUID(int=position),
        event=event,
        metadata=Metadata(principal="integration:prometheus"),
        recorded_at=AT,
        hash=bytes(32),
    )


async def calls_for(projection: Projection, batch: Batch) -> int:
    """Return how many calls a batch takes: the same on every machine, however busy it is."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        await projection.project(batch, Forgetful())
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("projection", ALL_PROJECTIONS, ids=lambda one: one.NAME)
async def test_eight_times_as_many_alerts_take_no_more_than_their_share(
    projection: Projection,
) -> None:
    await projection.project(storm(1), Forgetful())
    few = await calls_for(projection, storm(FEW))
    many = await calls_for(projection, storm(MANY))
    assert many < 1.2 * few * MANY / FEW
