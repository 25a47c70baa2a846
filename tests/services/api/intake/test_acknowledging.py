"""A sender acknowledges its alert: the page ends here too, and nobody loses an incident by it."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from events.ids import IncidentId, IntegrationId
from events.incident.commands import ReopenIncident, ResolveIncident
from events.incident.phases import Phase
from events.log.recorded import Metadata
from services.attending import Attending
from services.intake.alerts.acknowledging import Acknowledged, acknowledge_alert
from services.intake.arrival import Intake, Sender
from tests.services.api.intake.monitor import SENDER, body_of, one_alert
from tests.services.api.intake.world import ADA, World


@pytest.fixture
async def world() -> World:
    world = World()
    await world.begin()
    return world


async def opened(world: World) -> IncidentId:
    received = await world.hear(body_of(one_alert("a")))
    assert received.placed is not None
    return received.placed.incident_id


async def acknowledged(world: World, dedup_key: str = "a", sender: Sender = SENDER) -> Acknowledged:
    intake = Intake(
        log=world.log,
        attending=Attending(world.log, world.inbox),
        sender=sender,
        source="pagerduty-events-v2",
        losses=Counter(),
        metadata=Metadata(principal=sender.principal),
        at=world.now,
        storms=asyncio.Semaphore(),
    )
    return (await acknowledge_alert(dedup_key, intake)).became


async def test_an_acknowledgement_takes_the_incident_for_its_sender(world: World) -> None:
    incident_id = await opened(world)
    assert await acknowledged(world) is Acknowledged.TAKEN
    await world.catch_up()
    assert (await world.incident(incident_id)).acknowledged_by == SENDER.principal


async def test_it_is_kept_while_temporal_is_away_and_counts_at_once(world: World) -> None:
    world.temporal_is_away = True
    incident_id = await opened(world)
    assert await acknowledged(world) is Acknowledged.TAKEN
    assert (await world.expected(incident_id)).incident.acknowledged_by == SENDER.principal
    assert await acknowledged(world) is Acknowledged.HAD


async def test_twenty_at_once_are_one(world: World) -> None:
    incident_id = await opened(world)
    await asyncio.gather(*(acknowledged(world) for _ in range(20)))
    assert len(await world.inbox.waiting(f"incident/{incident_id}")) == 1


async def test_what_a_person_has_stays_theirs(world: World) -> None:
    incident_id = await opened(world)
    await world.take(incident_id)
    assert await acknowledged(world) is Acknowledged.HAD
    await world.catch_up()
    assert (await world.incident(incident_id)).acknowledged_by == ADA.name


@pytest.mark.parametrize("dedup_key", ["b", "", "A"])
async def test_an_acknowledgement_of_no_open_alert_changes_nothing(
    world: World, dedup_key: str
) -> None:
    await opened(world)
    assert await acknowledged(world, dedup_key) is Acknowledged.NOT_OPEN
    assert await world.inbox.claim() == []


async def test_an_acknowledgement_by_another_integration_changes_nothing(world: World) -> None:
    await opened(world)
    other = replace(SENDER, integration_id=IntegrationId("another"))
    assert await acknowledged(world, sender=other) is Acknowledged.NOT_OPEN


async def test_an_alert_that_has_ended_cannot_be_acknowledged(world: World) -> None:
    await opened(world)
    await world.hear(body_of(one_alert("a", "resolved")))
    assert await acknowledged(world) is Acknowledged.NOT_OPEN


async def test_an_incident_that_is_over_is_left_alone(world: World) -> None:
    incident_id = await opened(world)
    await world.ask(
        incident_id, ResolveIncident(summary="Fixed.", reason="Now.", actor=ADA, at=world.now)
    )
    assert await acknowledged(world) is Acknowledged.HAD


async def test_a_reopened_incident_can_be_acknowledged_again(world: World) -> None:
    incident_id = await opened(world)
    await acknowledged(world)
    await world.catch_up()
    for command in (
        ResolveIncident(summary="Fixed.", reason="Now.", actor=ADA, at=world.now),
        ReopenIncident(phase=Phase.RESPONSE, reason="Not.", actor=ADA, at=world.now),
    ):
        await world.ask(incident_id, command)
    world.now += timedelta(minutes=1)
    assert (await world.incident(incident_id)).acknowledged_by is None
    assert await acknowledged(world) is Acknowledged.TAKEN


async def test_a_repeated_alert_pages_nobody_once_its_sender_has_acknowledged(
    world: World,
) -> None:
    await opened(world)
    await acknowledged(world)
    await world.catch_up()
    world.pass_time(10)
    await world.hear(body_of(one_alert("a")))
    assert await world.inbox.claim() == []


async def test_an_alert_that_comes_back_after_its_sender_acknowledged_pages_people(
    world: World,
) -> None:
    incident_id = await opened(world)
    await acknowledged(world)
    await world.hear(body_of(one_alert("a", "resolved")))
    await world.catch_up()
    world.pass_time(10)
    await world.hear(body_of(one_alert("a", after=540)))
    await world.catch_up()
    assert (await world.incident(incident_id)).acknowledged_by is None
    assert await world.is_looked_after("a")  # by a page


async def test_an_acknowledgement_follows_the_alert_that_it_is_about(world: World) -> None:
    world.temporal_is_away = True
    incident_id = await opened(world)
    await world.take(incident_id)
    await world.hear(body_of(one_alert("a"), one_alert("b", after=60)))
    resolve = ResolveIncident(summary="Fixed.", reason="Now.", actor=ADA, at=world.now)
    reopen = ReopenIncident(phase=Phase.RESPONSE, reason="Not.", actor=ADA, at=world.now)
    for command in (resolve, reopen):
        await world.ask(incident_id, command)
    world.pass_time(3)
    await world.hear(body_of(one_alert("c", after=120)))
    assert await acknowledged(world, "c") is Acknowledged.TAKEN
    await world.catch_up()
    assert (await world.incident(incident_id)).acknowledged_by == SENDER.principal
