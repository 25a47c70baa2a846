"""Changes: what the simulated teams deploy, some of which is what a failure follows."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from random import Random
from typing import Final

from events.change.commands import ReportChange
from events.change.decide import AGGREGATE as CHANGE
from events.ids import ChangeId, change_id_for
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.world import World
from services.simulation.company.hours import in_work_hours
from services.simulation.company.staff import Service
from services.simulation.trouble.failures import Failure

APART: Final = 75.0  # hours between two changes of a service, on average
BEFORE: Final = timedelta(minutes=30)  # at most: a change, and then what it broke
SUMMARIES: Final = ("Deploy {version}", "Raise a limit", "Turn a feature on", "Deploy {version}")


async def changes(world: World, service: Service) -> AsyncGenerator[Wait]:
    """Change something a few times a week, while people are at work."""
    dice, number = world.draws.dice("changes", service.service_id), 0
    while True:
        hours = dice.expovariate(1 / APART)
        yield Wait(until=in_work_hours(world, service.team.zone, hours))
        if world.now >= world.ends:
            return
        number += 1
        await _reported(world, service, f"change-{number}", _summary(dice, number))


async def what_broke_it(world: World, failure: Failure) -> AsyncGenerator[Wait]:
    """Report the change that a failure follows."""
    number = 10_000 + failure.number
    dice = world.draws.dice("what broke it", failure.name)
    await _reported(world, failure.service, f"change-{number}", _summary(dice, number))
    return
    yield


async def _reported(world: World, service: Service, name: str, summary: str) -> None:
    change_id = change_id_for(service.integration_id, name)
    command = ReportChange(
        change_id=change_id,
        integration_id=service.integration_id,
        service_id=service.service_id,
        summary=f"{service.name}: {summary}",
        source="deployments",
        happened_at=world.now,
        details={},
        links=(),
        at=world.now,
    )
    await world.give(CHANGE, change_id, command)


def change_of(failure: Failure) -> ChangeId:
    """Return the change that a failure follows."""
    return change_id_for(failure.service.integration_id, f"change-{10_000 + failure.number}")


def _summary(dice: Random, number: int) -> str:
    return dice.choice(SUMMARIES).format(version=f"1.{number}.0")
