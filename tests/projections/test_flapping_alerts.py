"""Alerts that open again and again are listed, each time that they did, with what it cost."""

from dataclasses import replace

import asyncpg
import pytest

from events.alert.flapping import Episode
from events.ids import alert_stream, incident_stream, page_stream
from events.incident.modes import Mode
from events.log.postgres import PostgresLog
from projections.incidents.alerts import AlertFilter, list_alerts
from projections.practice.flapping_alerts import Cost, Flaps, flapping_alerts
from tests.projections.stories import ANA, BOB, Story, at, catch_up, story, tell
from tests.servers import Database

pytestmark = pytest.mark.stack


async def opens(log: PostgresLog, told: Story, *minutes: int) -> None:
    await tell(log, incident_stream(told.incident_id), told.declared())
    for minute in minutes:
        opened = replace(told.triggered(), triggered_at=at(minute))
        over = replace(told.alert_resolved(), resolved_at=at(minute + 5))
        await tell(log, alert_stream(told.alert_id), opened, over)


async def test_each_time_an_alert_flapped_is_listed_with_the_pages_of_that_time(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told, calm = story(1), story(2)
    await opens(log, told, 0, 20, 40, 300, 310, 320, 330)
    await opens(log, calm, 0, 20, 100)
    page = page_stream(told.page_id)
    await tell(log, page, replace(told.sent(ANA), sent_at=at(1)))
    await tell(log, page, replace(told.sent(BOB), sent_at=at(200)))  # it was calm by then
    await tell(log, page, replace(told.sent(ANA), sent_at=at(660)))  # 23:00, and over for long
    await catch_up(database)
    (one,) = await flapping_alerts(reader, at(0), at(1000), 10, frozenset())
    assert (one.alert_id, one.openings, one.pages) == (told.alert_id, 7, 1)
    assert one.flaps == (
        Flaps(
            episode=Episode(since=at(0), until=at(40), openings=3),
            cost=Cost(incidents=1, pages=1),
        ),
        Flaps(
            episode=Episode(since=at(300), until=at(330), openings=4),
            cost=Cost(incidents=1),
        ),
    )
    assert await flapping_alerts(reader, at(10), at(299), 10, frozenset()) == ()


async def test_an_alert_says_itself_that_it_flaps(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await opens(log, told, 0, 20, 40, 60)
    await catch_up(database)
    (alert,) = (await list_alerts(reader, AlertFilter(), None, 10)).rows
    assert (alert.flapping.since, alert.flapping.openings) == (at(0), 4)
    assert alert.flapping.is_flapping(at(119))
    assert not alert.flapping.is_flapping(at(120))


async def test_flapping_of_drills_and_of_hidden_incidents_is_not_listed(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    drill, hidden = story(1), story(2)
    await tell(log, incident_stream(drill.incident_id), replace(drill.declared(), mode=Mode.DRILL))
    for minute in (0, 20, 40):
        opened = replace(drill.triggered(), triggered_at=at(minute))
        await tell(log, alert_stream(drill.alert_id), opened, drill.alert_resolved())
    await opens(log, hidden, 0, 20, 40)
    await catch_up(database)
    mine = frozenset({hidden.incident_id})
    assert await flapping_alerts(reader, at(0), at(100), 10, mine) == ()
