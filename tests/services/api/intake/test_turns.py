"""Messages in turn: in order for each alert, answered at once in a storm, and none is forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from events.errors import LogUnavailable
from events.log.intake.arrivals import ArrivalOutcome
from services.api.dependencies import Dependencies
from services.intake.turns import MOST, QUIET, Turn, Turns
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_keeping import arrivals_of
from tests.services.api.intake.test_routing import route

EVENT: dict[str, Any] = {
    "event_action": "trigger",
    "dedup_key": "srv01/HTTP",
    "payload": {"summary": "HTTP fails", "source": "srv01", "severity": "critical"},
}


@dataclass
class Doing:
    """What the messages of a test do, and which of them have."""

    done: list[Any] = field(default_factory=list)
    may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def turn(self, name: Any, key: str = "a", fault: Exception | None = None) -> Turn:
        async def take() -> None:
            await self.may_go_on.wait()
            self.done.append(name)
            if fault is not None:
                raise fault

        return Turn(
            arrival_id=uuid4(),
            subject=("prometheus", key),
            intake=None,  # type: ignore[arg-type]  # of no trigger
            trigger=None,
            take=take,
            repeated=lambda: None,
        )


async def test_messages_of_one_alert_are_taken_in_the_order_in_which_they_came() -> None:
    turns, doing = Turns(), Doing()
    entered = [doing.turn(number) for number in range(200)]
    for turn in entered:
        turns.enter(turn)
    doing.may_go_on.set()
    await asyncio.gather(*(turn.over for turn in entered))
    assert doing.done == list(range(200))


async def test_an_alert_does_not_wait_for_the_others() -> None:
    turns, slow, quick = Turns(), Doing(), Doing()
    turns.enter(slow.turn("slow", key="slow"))
    quick.may_go_on.set()
    turn = quick.turn("quick", key="quick")
    turns.enter(turn)
    async with asyncio.timeout(5):
        await turn.over
    assert (slow.done, quick.done) == ([], ["quick"])


async def test_a_sender_waits_in_quiet_times_and_again_when_too_many_do_not() -> None:
    turns, doing = Turns(), Doing()
    waits = [turns.enter(doing.turn(number)) for number in range(MOST + 1)]
    assert waits == [True] * QUIET + [False] * (MOST - QUIET) + [True]
    doing.may_go_on.set()


async def test_what_fails_is_told_to_its_sender_and_holds_nobody_up() -> None:
    turns, doing = Turns(), Doing()
    doing.may_go_on.set()
    bad = doing.turn("bad", fault=LogUnavailable("down"))
    good = doing.turn("good")
    for turn in (bad, good):
        turns.enter(turn)
    with pytest.raises(LogUnavailable):
        await bad.over
    await good.over
    assert doing.done == ["bad", "good"]
    assert bad.arrival_id not in turns


async def test_a_process_that_ends_takes_what_waits_first() -> None:
    turns, doing = Turns(), Doing()
    for number in range(50):
        turns.enter(doing.turn(number, key=str(number % 7)))
    doing.may_go_on.set()
    await turns.drained()
    assert sorted(doing.done) == list(range(50))


WARNINGS_HELD_BACK: dict[str, Any] = {
    "name": "Warnings page nobody",
    "conditions": [{"field": "severity", "comparison": "equals", "values": ["SEV3"]}],
    "outcome": {"suppress": True},
}


type Sending = Callable[..., Awaitable[Any]]


def sending(client: AsyncClient, path: str) -> Sending:
    """Return what sends an event of PagerDuty's to this integration."""

    async def send(**more: Any) -> Any:
        return await client.post(path, json=EVENT | more)

    return send


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> Sending:
    return sending(client, await door_for(client, dependencies, "pagerduty-events-v2"))


async def test_two_hundred_events_at_once_on_one_key_are_one_alert_in_one_incident(
    door: Sending, dependencies: Dependencies
) -> None:
    answers = await asyncio.gather(*(door() for _ in range(200)))
    assert {answer.status_code for answer in answers} == {202}
    await all_taken(dependencies, 200)
    story = await story_of(dependencies.log)
    assert len(story.incidents) == 1
    assert story.types.count("alert.triggered") == 1
    outcomes = [one.outcome for one in arrivals_of(dependencies).endings.values()]
    assert outcomes.count(ArrivalOutcome.UNCHANGED) == 199


async def test_a_resolve_between_two_triggers_ends_the_first_and_the_second_opens_anew(
    door: Sending, dependencies: Dependencies
) -> None:
    storm = [{"event_action": action} for action in ("trigger", "resolve", "trigger") * 20]
    for one in storm:
        await door(**one)
    await all_taken(dependencies, 60)
    story = await story_of(dependencies.log)
    assert story.types.count("alert.triggered") == 21
    assert story.types.count("alert.resolved") == 20


async def test_what_gets_worse_while_a_warning_is_being_held_back_opens_an_incident(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, admin = await monitor_at(client, dependencies)
    await route(admin, WARNINGS_HELD_BACK)
    send = sending(client, path.replace("alertmanager", "pagerduty-events-v2"))
    payload = EVENT["payload"]
    severities = ["warning"] * 20 + ["critical"] * 20
    await asyncio.gather(*(send(payload=payload | {"severity": one}) for one in severities))
    await all_taken(dependencies, 40)
    story = await story_of(dependencies.log)
    assert len(story.incidents) == 1
    assert story.types.count("alert.triggered") == 1


async def all_taken(dependencies: Dependencies, number: int) -> None:
    """Wait until so many messages have come to their end."""
    async with asyncio.timeout(30):
        while len(arrivals_of(dependencies).endings) < number:  # noqa: ASYNC110  no bell
            await asyncio.sleep(0.01)
