"""An alert that fires again soon reopens its incident, where its service says so."""

from datetime import timedelta

import pytest

from events.ids import IncidentId
from events.incident.commands import CloseIncident, DeclineIncident, ResolveIncident
from events.incident.pages.rules import wanted_pages
from events.service.alert_handling import AlertHandling
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.world import ADA, World

TEN_MINUTES = AlertHandling(reopen_within=timedelta(minutes=10))


@pytest.fixture
async def world() -> World:
    made = World()
    await made.begin()
    made.handling = TEN_MINUTES
    return made


async def fires(world: World, after: float) -> IncidentId:
    """Let the alert fire for the so-manieth second, and return the incident it is in."""
    received = await world.hear(body_of(one_alert("db-1", after=after)))
    assert received.placed is not None
    return received.placed.incident_id


async def resolved_by_all(world: World, incident_id: IncidentId) -> None:
    """Let the monitor say that it is over, and people agree."""
    await world.hear(body_of(one_alert("db-1", "resolved")))
    await world.take(incident_id)
    await world.ask(
        incident_id, ResolveIncident(summary="Fixed", reason="Now", actor=ADA, at=world.now)
    )


async def test_a_resolved_incident_is_reopened_and_pages_again(world: World) -> None:
    first = await fires(world, 0)
    world.pass_time(5)
    await resolved_by_all(world, first)
    world.pass_time(5)
    assert await fires(world, 600) == first
    await world.catch_up()
    incident = await world.incident(first)
    assert not incident.resolved
    assert incident.acknowledged_by is None
    assert any(one.wanted and "fires again" in one.ask for one in wanted_pages(incident))
    assert await world.is_looked_after("db-1")
    assert await world.incidents() == [first]


async def test_it_is_reopened_while_temporal_is_away_too(world: World) -> None:
    first = await fires(world, 0)
    world.temporal_is_away = True
    world.pass_time(5)
    await resolved_by_all(world, first)
    world.pass_time(5)
    assert await fires(world, 600) == first
    assert await world.is_looked_after("db-1")
    await world.catch_up()
    assert await world.is_looked_after("db-1")
    assert await world.incidents() == [first]


async def test_after_the_window_it_is_a_new_incident(world: World) -> None:
    first = await fires(world, 0)
    world.pass_time(5)
    await resolved_by_all(world, first)
    world.pass_time(10)
    assert await fires(world, 900) != first
    assert (await world.incident(first)).resolved


async def test_by_default_it_is_a_new_incident(world: World) -> None:
    world.handling = AlertHandling()
    first = await fires(world, 0)
    world.pass_time(5)
    await resolved_by_all(world, first)
    world.pass_time(5)
    assert await fires(world, 600) != first


async def test_what_fires_on_after_people_resolved_it_reopens_it(world: World) -> None:
    first = await fires(world, 0)
    await world.take(first)
    await world.ask(first, ResolveIncident(summary="Fixed", reason="Now", actor=ADA, at=world.now))
    world.pass_time(6)  # they were believed for as long as a monitor takes to agree
    assert await fires(world, 0) == first
    assert await world.is_looked_after("db-1")


async def test_what_was_closed_or_declined_is_not_reopened(world: World) -> None:
    first = await fires(world, 0)
    world.pass_time(5)
    await resolved_by_all(world, first)
    await world.ask(first, CloseIncident(actor=ADA, at=world.now, reason="No postmortem"))
    world.pass_time(2)
    second = await fires(world, 420)
    assert second != first
    world.pass_time(2)
    await world.hear(body_of(one_alert("db-1", "resolved", after=420)))
    await world.ask(second, DeclineIncident(reason="A test", actor=ADA, at=world.now))
    world.pass_time(2)
    assert await fires(world, 660) not in {first, second}
