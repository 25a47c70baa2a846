"""Held alerts are let through when their time is up, once, whatever happens meanwhile."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from events.actor import Actor
from events.alert.commands import ReleaseAlert
from events.alert.decide import alert_decider
from events.alert.refusals import AlertNotHeld
from events.alert.state import Alert
from events.configuration.routing_rules import (
    AGGREGATE,
    EVERYBODY,
    DefineRoutingRules,
    routing_rules_decider,
)
from events.handle import handle
from events.ids import alert_id_for, alert_stream
from events.loading import load
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.recorded import Append, AppendResult, Metadata
from events.routing.rule import Grouping, Outcome, RoutingRule
from services.attending import Attending
from services.intake.alerts.storing import Taken, take_parts
from services.intake.arrival import Intake
from services.projector.alerts.held_alerts import HeldAlerts
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.services.api.intake.monitor import SENDER, body_of, heard, one_alert, story_of

pytestmark = pytest.mark.stack

BEGAN = datetime(2026, 11, 23, 20, tzinfo=UTC)  # a Monday evening
PAUSE = RoutingRule(name="flappers", outcome=Outcome(pause=timedelta(minutes=5)))
HOURS = RoutingRule(name="low", outcome=Outcome(business_hours=True))


class Team:
    """A monitor, rules, and a projector that looks when it is told to."""

    def __init__(self, database: Database, log: PostgresLog) -> None:
        self.database = database
        self.log = log
        self.now = BEGAN
        self.held = self.projector()

    def projector(self) -> HeldAlerts:
        """Return another projector, that knows of nothing yet."""
        return HeldAlerts(self.log, PostgresInbox(self.log.database), lambda: self.now)

    async def rules(self, *rules: RoutingRule) -> None:
        command = DefineRoutingRules(
            routing_rules_id=EVERYBODY, rules=rules, actor=Actor(principal="x"), at=self.now
        )
        await handle(
            self.log,
            routing_rules_decider,
            AGGREGATE.stream(EVERYBODY),
            command,
            command_id=uuid4(),
            request_digest=bytes(32),
            metadata=Metadata(principal="x"),
        )

    async def hear(self, *alerts: Any) -> Taken:
        intake = Intake(
            log=self.log,
            attending=Attending(self.log, PostgresInbox(self.log.database)),
            sender=SENDER,
            source="alertmanager",
            losses=Counter(),
            metadata=Metadata(principal=SENDER.principal),
            at=self.now,
            storms=asyncio.Semaphore(),
        )
        return await take_parts(heard(body_of(*alerts), self.now), intake)

    async def let_through(self, key: str) -> None:
        await handle(
            self.log,
            alert_decider,
            alert_stream(alert_id_for(SENDER.integration_id, key)),
            ReleaseAlert(actor=Actor(principal="x"), at=self.now),
            command_id=uuid4(),
            request_digest=bytes(32),
            metadata=Metadata(principal="x"),
        )

    async def look(self) -> int:
        await catch_up(self.database)
        return await self.held.step()

    async def alert(self, key: str) -> Alert:
        stream = alert_stream(alert_id_for(SENDER.integration_id, key))
        alert, _ = await load(self.log, alert_decider, stream)
        return alert

    async def incidents(self) -> int:
        return len((await story_of(self.log)).incidents)


@pytest.fixture
def team(database: Database, log: PostgresLog) -> Team:
    return Team(database, log)


async def test_what_fires_for_long_enough_pages_once_and_not_before(team: Team) -> None:
    await team.rules(PAUSE)
    await team.hear(one_alert("a"), one_alert("b"))
    team.now += timedelta(minutes=4, seconds=59)
    assert await team.look() == 0
    team.now += timedelta(seconds=1)
    assert await team.look() == 2
    assert [(await team.alert(key)).is_open for key in "ab"] == [True, True]
    assert await team.incidents() == 1
    assert await team.look() == 0
    assert (await team.hear(one_alert("a"))).position > 0
    assert await team.incidents() == 1


async def test_what_is_over_before_has_passed_and_pages_nobody(team: Team) -> None:
    await team.rules(PAUSE)
    await team.hear(one_alert("a"))
    await catch_up(team.database)
    team.now += timedelta(minutes=2)
    await team.hear(one_alert("a", "resolved"))
    team.now += timedelta(hours=1)
    assert await team.held.step() == 0  # the read model has not heard of its end yet
    assert await team.look() == 0
    assert await team.incidents() == 0
    assert "alert.passed" in (await story_of(team.log)).types


async def test_low_urgency_waits_for_the_business_hours_of_its_service(team: Team) -> None:
    await team.rules(HOURS)
    await team.hear(one_alert("a"))
    hold = (await team.alert("a")).held
    assert hold is not None
    assert hold.hold.until == datetime(2026, 11, 24, 9, tzinfo=UTC)
    team.now = datetime(2026, 11, 24, 8, 59, 59, tzinfo=UTC)
    assert await team.look() == 0
    team.now += timedelta(seconds=1)
    assert await team.look() == 1
    assert await team.incidents() == 1


async def test_a_rule_that_is_gone_holds_nothing_back_any_more(team: Team) -> None:
    await team.rules(HOURS)
    await team.hear(one_alert("a"))
    assert await team.look() == 0
    team.now += timedelta(minutes=1)
    await team.rules()
    assert await team.look() == 1
    assert (await team.alert("a")).is_open


@pytest.mark.parametrize(
    "rule",
    [HOURS, PAUSE, RoutingRule(name="staging", outcome=Outcome(suppress=True))],
    ids=["business hours", "pause", "suppressed"],
)
async def test_what_somebody_lets_through_pages_at_once_whatever_holds_it(
    team: Team, rule: RoutingRule
) -> None:
    await team.rules(rule)
    await team.hear(one_alert("a"), one_alert("b"))
    assert await team.look() == 0
    await team.let_through("a")
    await team.let_through("a")
    assert await team.look() == 1
    assert [(await team.alert(key)).is_open for key in "ab"] == [True, False]
    assert await team.incidents() == 1
    assert await team.look() == 0
    with pytest.raises(AlertNotHeld, match="fires in an incident"):
        await team.let_through("a")


async def test_a_message_of_its_sender_takes_along_what_was_let_through(team: Team) -> None:
    await team.rules(HOURS)
    await team.hear(one_alert("a"))
    await team.let_through("a")
    await team.hear(one_alert("a"))
    assert (await team.alert("a")).is_open
    assert await team.look() == 0


async def test_a_rule_that_waits_longer_by_now_is_waited_for(team: Team) -> None:
    await team.rules(PAUSE)
    await team.hear(one_alert("a"))
    await team.rules(RoutingRule(name="slow", outcome=Outcome(pause=timedelta(hours=1))))
    team.now += timedelta(minutes=30)
    assert await team.look() == 1  # it waits on, by another rule
    assert await team.incidents() == 0
    team.now += timedelta(minutes=30)
    assert await team.look() == 1
    assert (await team.alert("a")).is_open


async def test_two_projectors_and_its_monitor_at_once_open_one_incident(team: Team) -> None:
    await team.rules(PAUSE)
    await team.hear(*(one_alert(f"{number}") for number in range(5)))
    await catch_up(team.database)
    team.now += timedelta(minutes=5)
    looks = (team.projector().step(), team.projector().step(), team.hear(one_alert("0")))
    await asyncio.gather(*looks)
    assert await team.incidents() == 1
    assert [(await team.alert(f"{number}")).is_open for number in range(5)] == [True] * 5
    types = (await story_of(team.log)).types
    assert types.count("alert.triggered") == 5


async def test_a_projector_that_dies_half_way_leaves_the_rest_to_the_next_one(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    await team.rules(PAUSE)
    await team.hear(one_alert("a"), one_alert("b"))
    team.now += timedelta(minutes=5)
    append, left = PostgresLog.append, [3]

    async def dying(self: PostgresLog, request: Append) -> AppendResult:
        left[0] -= 1
        if left[0] < 0:
            raise ProcessLookupError("killed")
        return await append(self, request)

    monkeypatch.setattr(PostgresLog, "append", dying)
    with pytest.raises(ProcessLookupError):
        await team.look()
    monkeypatch.undo()
    assert await team.incidents() == 1
    team.held = team.projector()
    assert await team.look() == 1
    assert await team.incidents() == 1
    assert [(await team.alert(key)).is_open for key in "ab"] == [True, True]


@pytest.mark.parametrize(
    ("rolling", "incidents"), [(False, 2), (True, 1)], ids=["from the first", "from the last"]
)
async def test_a_window_counts_from_the_first_or_from_the_last_alert(
    team: Team, *, rolling: bool, incidents: int
) -> None:
    grouping = Grouping(window=timedelta(minutes=10), rolling=rolling)
    await team.rules(RoutingRule(name="together", outcome=Outcome(grouping=grouping)))
    for key in "abc":
        await team.hear(one_alert(key))
        team.now += timedelta(minutes=6)
    assert await team.incidents() == incidents
    team.now += timedelta(minutes=10)
    await team.hear(one_alert("d"))
    assert await team.incidents() == incidents + 1
    types = (await story_of(team.log)).types
    assert types.count("alert_group.joined") == (2 if rolling else 0)


async def test_a_repeated_message_is_no_alert_that_came_to_the_group(team: Team) -> None:
    grouping = Grouping(window=timedelta(minutes=10), rolling=True)
    await team.rules(RoutingRule(name="together", outcome=Outcome(grouping=grouping)))
    await team.hear(one_alert("a"))
    team.now += timedelta(minutes=6)
    await team.hear(one_alert("a"))
    team.now += timedelta(minutes=6)
    await team.hear(one_alert("b"))
    assert await team.incidents() == 2
