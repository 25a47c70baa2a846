"""The open alerts of a merged incident go where it went, however they came to be left behind."""

import pytest

from events.alert.decide import alert_decider
from events.ids import alert_stream, incident_stream
from events.incident.relations.events import IncidentMerged
from events.loading import load
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from projections.incidents.board_list import find_incident
from projections.incidents.detail import find_incident_detail
from services.projector.stray_alerts import StrayAlerts
from tests.projections.stories import Story, at, catch_up, story, tell
from tests.servers import Database

pytestmark = pytest.mark.stack


def merged(told: Story, into: Story) -> IncidentMerged:
    return IncidentMerged(
        incident_id=told.incident_id,
        into_incident_id=into.incident_id,
        into_reference=into.reference,
        reason="The same",
        merged_by="responder:bob",
        merged_at=at(8),
    )


async def test_an_open_alert_moves_to_where_its_incident_went_and_ends_there(
    database: Database, log: PostgresLog
) -> None:
    first, second, last = story(1), story(2), story(3)
    for told in (first, second, last):
        await tell(log, incident_stream(told.incident_id), told.declared())
    await tell(log, alert_stream(first.alert_id), first.triggered())
    await tell(log, incident_stream(first.incident_id), merged(first, second))
    await tell(log, incident_stream(second.incident_id), merged(second, last))
    await catch_up(database)

    assert await StrayAlerts(log, PostgresInbox(log.database)).relay() == 1
    await catch_up(database)
    assert await StrayAlerts(log, PostgresInbox(log.database)).relay() == 0
    alert, _ = await load(log, alert_decider, alert_stream(first.alert_id))
    assert alert.incident_id == last.incident_id
    async with log.database.connection() as reader:
        counts = [await find_incident(reader, told.incident_id) for told in (first, second, last)]
        left = await find_incident_detail(reader, first.incident_id)
        taken = await find_incident_detail(reader, last.incident_id)
    assert [row.open_alerts for row in counts if row is not None] == [0, 0, 1]
    assert left is not None
    assert taken is not None
    assert [one.moved_to for one in left.alerts] == [last.incident_id]
    assert [(one.alert_id, one.ended_at) for one in taken.alerts] == [(first.alert_id, None)]


async def test_an_alert_that_ended_stays_where_it_was(database: Database, log: PostgresLog) -> None:
    first, second = story(1), story(2)
    for told in (first, second):
        await tell(log, incident_stream(told.incident_id), told.declared())
    await tell(log, alert_stream(first.alert_id), first.triggered(), first.alert_resolved())
    await tell(log, incident_stream(first.incident_id), merged(first, second))
    await catch_up(database)
    assert await StrayAlerts(log, PostgresInbox(log.database)).relay() == 0
