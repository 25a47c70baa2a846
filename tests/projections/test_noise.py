"""Noise: who calls for incidents that are none, and how many people that woke."""

from dataclasses import replace
from datetime import datetime

import asyncpg
import pytest

from events.ids import alert_stream, incident_stream, page_stream
from events.incident.events import IncidentDeclined
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.privacy.events import IncidentPrivacyChanged
from events.log.postgres import PostgresLog
from projections.practice.loudest import (
    AlertOutcome,
    Noise,
    NoiseBy,
    NoiseWanted,
    Window,
    loudest,
)
from tests.projections.stories import ANA, BOB, Story, at, catch_up, story, tell
from tests.servers import Database

pytestmark = pytest.mark.stack


def declined(told: Story, category: DeclineCategory) -> IncidentDeclined:
    return IncidentDeclined(
        incident_id=told.incident_id,
        reason="Nothing was wrong",
        declined_by="responder:bob",
        declined_at=at(9),
        category=category,
    )


def wanted(
    by: NoiseBy, since: datetime | None = None, until: datetime | None = None
) -> NoiseWanted:
    return NoiseWanted(by=by, window=Window(since=since, until=until), now=at(100))


async def called_in_vain(log: PostgresLog, told: Story, category: DeclineCategory) -> None:
    """Tell of an alert that woke two people for nothing."""
    await tell(log, alert_stream(told.alert_id), told.triggered())
    await tell(log, incident_stream(told.incident_id), told.declared())
    await tell(log, page_stream(told.page_id), told.sent(ANA), told.sent(BOB))
    await tell(log, incident_stream(told.incident_id), declined(told, category))


async def test_noise_is_counted_by_service_monitor_and_alert(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    first, second, real = story(1), story(2), story(3)
    await called_in_vain(log, first, DeclineCategory.FALSE_ALARM)
    await called_in_vain(log, second, DeclineCategory.EXPECTED)
    await tell(log, incident_stream(real.incident_id), real.declared())
    await tell(log, page_stream(real.page_id), real.sent(ANA))
    await catch_up(database)

    (service,) = await loudest(reader, wanted(NoiseBy.SERVICE))
    assert service == Noise(
        key="checkout",
        title=None,
        incidents=3,
        declined=2,
        categories={DeclineCategory.FALSE_ALARM: 1, DeclineCategory.EXPECTED: 1},
        pages=5,
        wasted_pages=4,
        outcomes={AlertOutcome.DECLINED: 2},
        in_vain=2,
        pages_in_vain=4,
        pages_at_night=0,
        people_woken=0,
        alerts=2,
        flapping=0,
        minutes_open=200,
    )
    assert service.actionable == 0
    assert service.share == pytest.approx(2 / 3)
    (monitor,) = await loudest(reader, wanted(NoiseBy.INTEGRATION))
    assert (monitor.key, monitor.incidents, monitor.declined) == ("prometheus", 2, 2)
    alerts = await loudest(reader, wanted(NoiseBy.ALERT))
    assert {one.key for one in alerts} == {str(first.alert_id), str(second.alert_id)}
    assert alerts[0].title == "CheckoutErrorRateHigh"
    assert await loudest(reader, wanted(NoiseBy.SERVICE, since=at(1))) == ()
    assert await loudest(reader, wanted(NoiseBy.SERVICE, until=at(0))) == ()


async def test_a_drill_and_an_incident_entered_after_the_fact_are_no_noise(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    for number, mode in enumerate((Mode.DRILL, Mode.BACKFILLED), start=1):
        told = story(number)
        stream = incident_stream(told.incident_id)
        await tell(log, stream, replace(told.declared(), mode=mode))
        await tell(log, stream, declined(told, DeclineCategory.TEST))
    await catch_up(database)
    assert await loudest(reader, wanted(NoiseBy.SERVICE)) == ()


async def test_what_is_private_shows_in_no_count_and_names_no_alert(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told = story()
    await called_in_vain(log, told, DeclineCategory.OTHER)
    changed = IncidentPrivacyChanged(
        incident_id=told.incident_id,
        private=True,
        members=(BOB,),
        reason="A person is involved",
        changed_by="responder:bob",
        changed_at=at(10),
    )
    await tell(log, incident_stream(told.incident_id), changed)
    await catch_up(database)
    for by in NoiseBy:
        assert await loudest(reader, wanted(by)) == ()
