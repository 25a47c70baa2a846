"""The due date of an action item is a day of its team's zone, else of its owner's, else of UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from activities.follow_up.due import Due
from activities.follow_up.envelope import Envelope
from activities.follow_up.item_reminders import items_due
from activities.follow_up.matter import Matter
from activities.follow_up.people import work_hours_of, zone_of
from activities.follow_up.text import ItemText
from events.action_item.commands import OpenActionItem
from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.item import ActionItem, ActionKind, Owner, Priority
from events.action_item.state import OpenedItem
from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import AGGREGATE as RESPONDER
from events.configuration.responder import DefineResponderHours
from events.follow_up.reminders import ReminderTo
from events.follow_up.work_hours import WorkHours
from events.ids import ActionItemId, DeliveryId, IncidentId, ResponderId, TeamId
from events.incident.privacy.state import OPEN
from events.loading import load
from events.log.memory import MemoryLog
from tests.services.api.rights.cast import BY, given, responder, team

GRACE = ResponderId("grace")
ITEM = ActionItemId(UUID(int=3))
MATTER = Matter(
    incident_id=IncidentId(UUID(int=7)),
    reference="INC-1042",
    title="Checkout answers 500",
    commander=None,
    team=TeamId("payments"),  # that owns the service
    privacy=OPEN,
    known_to=None,
)
HOUR = timedelta(hours=1)


async def opened(log: MemoryLog, due_on: date, owner: Owner) -> OpenedItem:
    command = OpenActionItem(
        action_item_id=ITEM,
        incident_id=MATTER.incident_id,
        item=ActionItem(
            text="Add a canary stage",
            action=ActionKind.PREVENT,
            owner=owner,
            priority=Priority.P1,
        ),
        due_on=due_on,
        actor=BY["actor"],
        at=datetime.combine(due_on, datetime.min.time(), UTC) - timedelta(days=20),
    )
    await given(log, AGGREGATE, str(ITEM), command)
    return await known(log)


async def known(log: MemoryLog) -> OpenedItem:
    item, _ = await load(log, action_item_decider, AGGREGATE.stream(ITEM))
    assert item.opened is not None
    return item.opened


async def lives_in(log: MemoryLog, zone: str) -> None:
    hours = DefineResponderHours(responder_id=GRACE, hours=PersonalHours(zone=zone), **BY)
    await given(log, RESPONDER, GRACE, hours)


async def look(log: MemoryLog, at: datetime) -> Due:
    return await items_due(log, [await known(log)], MATTER, at, work_hours_of)


@pytest.mark.parametrize(
    ("of_the_team", "of_the_owner", "due_on", "over_at"),
    [
        ("America/New_York", "Asia/Tokyo", "2026-03-07", "2026-03-08T05:00"),
        ("America/New_York", "Asia/Tokyo", "2026-03-08", "2026-03-09T04:00"),  # it has 23 hours
        ("Europe/Berlin", None, "2026-10-25", "2026-10-25T23:00"),  # it has 25
        ("Africa/Cairo", "Asia/Tokyo", "2026-04-23", "2026-04-23T22:00"),  # no midnight after it
        (None, "Asia/Tokyo", "2026-03-08", "2026-03-08T15:00"),
        (None, None, "2026-03-08", "2026-03-09T00:00"),
    ],
)
async def test_it_is_over_at_the_end_of_that_day_and_looked_at_then(
    of_the_team: str | None, of_the_owner: str | None, due_on: str, over_at: str
) -> None:
    log, over = MemoryLog(), datetime.fromisoformat(over_at).replace(tzinfo=UTC)
    await responder(log, GRACE)
    await team(log, "payments", GRACE, zone=of_the_team)
    if of_the_owner is not None:
        await lives_in(log, of_the_owner)
    await opened(log, date.fromisoformat(due_on), Owner(person=GRACE))
    for early in (3 * HOUR, HOUR, timedelta(seconds=1)):
        assert min((await look(log, over - early)).instants) == over
        assert (await known(log)).overdue_on is None
    again = min((await look(log, over)).instants)
    assert (await known(log)).overdue_on == date.fromisoformat(due_on)
    assert again > over


async def test_the_team_that_has_the_item_is_asked_before_that_of_the_service() -> None:
    log = MemoryLog()
    await team(log, "payments", GRACE, zone="Europe/Berlin")
    await team(log, "search", GRACE, zone="Asia/Tokyo")
    await team(log, "attic", GRACE)
    nobody = replace(MATTER, team=None)
    for owner, matter, zone in (
        (Owner(person=GRACE), MATTER, "Europe/Berlin"),
        (Owner(team=TeamId("search")), MATTER, "Asia/Tokyo"),
        (Owner(person=GRACE, team=TeamId("search")), nobody, "Asia/Tokyo"),
        (Owner(person=GRACE, team=TeamId("attic")), MATTER, None),
        (Owner(team=TeamId("gone")), MATTER, None),
        (Owner(person=GRACE), nobody, None),
    ):
        assert await zone_of(log, owner, matter) == zone


@pytest.mark.parametrize(
    ("zone", "said"),
    [("America/New_York", "is due today"), ("Europe/Berlin", "is late"), (None, "is late")],
)
def test_a_reminder_says_today_by_that_zone_whoever_reads_it(zone: str | None, said: str) -> None:
    text = ItemText(
        action_item_id=ITEM,
        reference="INC-1042-A1",
        text="Add a canary stage",
        priority="P1",
        owner="grace",
        due_on=date(2026, 3, 8),
        zone=zone,
    )
    envelope = Envelope(
        delivery_id=DeliveryId(UUID(int=1)),
        matter=MATTER,
        to=ReminderTo.OWNER,
        hours=WorkHours(zone="Asia/Tokyo"),
        at=datetime(2026, 3, 9, 3, 59, tzinfo=UTC),
        site="https://tocsin.example.org",
    )
    assert f"INC-1042-A1 {said}" in text.message(envelope).headline
