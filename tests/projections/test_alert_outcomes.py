"""Outcomes: what came of the incidents that alerts called for, and what those cost people."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from msgspec import structs

from events.configuration.notification_rules import QuietHours
from events.configuration.responder import ResponderRegistered
from events.ids import NoteId, alert_stream, incident_stream, page_stream, responder_stream
from events.log.postgres import PostgresLog
from events.notes.events import NoteWritten
from events.routing.decision import AppliedRule
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

WHOLE = Window(since=at(-60), until=at(600))


async def counted(reader: asyncpg.Connection, by: NoiseBy = NoiseBy.SERVICE) -> tuple[Noise, ...]:
    return await loudest(reader, NoiseWanted(by=by, window=WHOLE, now=at(100)))


async def called(log: PostgresLog, told: Story, *events: object, over: bool = True) -> None:
    """Tell of an alert that pages two people, of what they do in its incident, and of its end."""
    await tell(log, alert_stream(told.alert_id), told.triggered())
    await tell(log, incident_stream(told.incident_id), told.declared())
    await tell(log, page_stream(told.page_id), told.sent(ANA), told.sent(BOB))
    if events:
        await tell(log, incident_stream(told.incident_id), *events)
    if over:
        await tell(log, alert_stream(told.alert_id), told.alert_resolved())


def note(told: Story) -> NoteWritten:
    return NoteWritten(
        incident_id=told.incident_id,
        note_id=NoteId(uuid4()),
        text="The disk of db-3 is full",
        written_by="responder:bob",
        written_at=at(40),
    )


@pytest.mark.parametrize(
    ("outcome", "pages_in_vain"),
    [
        ("untouched", 2),
        ("acknowledged", 2),
        ("triaged", 0),
        ("resolved before the monitor", 0),
        ("resolved after the monitor", 2),
        ("a note after the monitor", 0),
        ("acknowledged by a monitor", 2),
    ],
)
async def test_work_is_what_a_person_did_beyond_taking_it_and_tidying_up(
    database: Database,
    log: PostgresLog,
    reader: asyncpg.Connection,
    outcome: str,
    pages_in_vain: int,
) -> None:
    told = story()
    by_monitor = replace(told.acknowledged(), acknowledged_by="integration:prometheus")
    events: dict[str, list[object]] = {
        "acknowledged": [told.acknowledged(), told.joined()],
        "triaged": [told.acknowledged(), told.joined(), told.triaged()],
        "resolved before the monitor": [replace(told.resolved(), resolved_at=at(20))],
        "resolved after the monitor": [told.resolved(), told.closed()],
        "a note after the monitor": [note(told)],
        "acknowledged by a monitor": [by_monitor],
    }
    await called(log, told, *events.get(outcome, []))
    await catch_up(database)
    (one,) = await counted(reader)
    expected = {
        "untouched": AlertOutcome.UNTOUCHED,
        "acknowledged": AlertOutcome.ACKNOWLEDGED,
        "resolved after the monitor": AlertOutcome.UNTOUCHED,
        "acknowledged by a monitor": AlertOutcome.UNTOUCHED,
    }.get(outcome, AlertOutcome.WORKED)
    assert one.outcomes == {expected: 1}
    assert one.pages_in_vain == pages_in_vain
    assert one.minutes_open == 31


async def test_an_alert_that_fires_still_is_open_and_not_called_noise(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    await called(log, story(1), over=False)
    await called(log, story(2))
    await catch_up(database)
    (one,) = await counted(reader)
    assert one.outcomes == {AlertOutcome.OPEN: 1, AlertOutcome.UNTOUCHED: 1}
    assert (one.in_vain, one.pages, one.pages_in_vain) == (1, 4, 2)
    assert one.minutes_open == 100 + 31


def lives_in(zone: str) -> ResponderRegistered:
    quiet = QuietHours(begins=at(0).time().replace(hour=22), ends=at(0).time(), zone=zone)
    return ResponderRegistered(
        responder_id=ANA,
        name="Ana",
        contact_methods=(),
        quiet_hours=quiet,
        registered_by="responder:ana",
        registered_at=at(-30),
    )


async def test_it_is_night_by_the_clock_of_who_is_paged_as_it_was_then(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    ana = responder_stream(ANA)
    await tell(log, ana, lives_in("Asia/Tokyo"))  # noon in UTC is nine in the evening there
    await called(log, story(1))
    late = story(2)
    await tell(log, alert_stream(late.alert_id), late.triggered())
    await tell(log, incident_stream(late.incident_id), late.declared())
    midnight_in_tokyo = replace(late.sent(ANA), sent_at=at(180))
    await tell(log, page_stream(late.page_id), midnight_in_tokyo)
    await tell(log, page_stream(late.page_id), replace(late.sent(BOB), sent_at=at(180)))
    await tell(log, ana, lives_in("Europe/Berlin"))
    await catch_up(database)
    (one,) = await counted(reader)
    assert (one.pages, one.pages_at_night, one.people_woken) == (4, 1, 1)


async def test_noise_is_counted_by_the_rules_that_had_a_say(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    routed, plain = story(1), story(2)
    rules = tuple(
        AppliedRule(routing_rules_id="everybody", number=1, rule=name, said=("severity",))
        for name in ("Disks", "Databases")
    )
    triggered = replace(routed.triggered(), applied=rules)
    await tell(log, alert_stream(routed.alert_id), triggered, routed.alert_resolved())
    await tell(log, incident_stream(routed.incident_id), routed.declared())
    await called(log, plain, plain.triaged())
    await catch_up(database)
    found = {one.key: one for one in await counted(reader, NoiseBy.RULE)}
    assert found.keys() == {"everybody/Disks", "everybody/Databases", None}
    assert found["everybody/Disks"].title == "Disks"
    assert found["everybody/Disks"].outcomes == {AlertOutcome.UNTOUCHED: 1}
    assert found[None].outcomes == {AlertOutcome.WORKED: 1}
    (monitor,) = await counted(reader, NoiseBy.MONITOR)
    assert (monitor.key, monitor.incidents) == ("prometheus/CheckoutErrorRateHigh", 2)


async def test_an_alert_that_opens_three_times_in_an_hour_is_counted_as_flapping(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    told, calm = story(1), story(2)
    for each, minutes in ((told, (0, 20, 40)), (calm, (0, 20, 80))):
        await tell(log, incident_stream(each.incident_id), each.declared())
        for minute in minutes:
            opened = replace(each.triggered(), triggered_at=at(minute))
            over = replace(each.alert_resolved(), resolved_at=at(minute + 5))
            await tell(log, alert_stream(each.alert_id), opened, over)
    await catch_up(database)
    (one,) = await counted(reader)
    assert (one.alerts, one.flapping, one.minutes_open) == (6, 1, 30)


async def test_some_are_counted_in_the_time_before(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    await called(log, story())
    await catch_up(database)
    window = Window(since=at(10), until=at(10) + timedelta(hours=1))
    before = Window(since=at(-50), until=at(10))
    assert window.before() == before
    wanted = NoiseWanted(by=NoiseBy.SERVICE, window=before, now=at(100))
    (one,) = await loudest(reader, wanted)
    assert one.in_vain == 1
    assert await loudest(reader, structs.replace(wanted, only=("search",))) == ()
