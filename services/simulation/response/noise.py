"""Alert fatigue: a monitor that takes people away several times a day, for nothing to be done."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Final

from events.incident.commands import DeclineIncident
from events.incident.noise import DeclineCategory
from events.values.severity import Severity
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import World
from services.simulation.company.staff import Service
from services.simulation.response.automation import automation
from services.simulation.response.case import Case
from services.simulation.trouble.failure_kinds import KINDS
from services.simulation.trouble.failures import Failure, Noticed
from services.simulation.trouble.monitors import Monitors, Seen

FOR: Final = timedelta(days=90)  # until the year's end: as long as findings look back
EACH_DAY: Final = 6
GOES_BY_ITSELF: Final = (6.0, 12.0)  # minutes: after somebody has read it, before they have begun
PUT_AWAY_AFTER: Final = (20, 40)  # hours


async def noise(world: World, monitors: Monitors, service: Service) -> AsyncGenerator[Wait]:
    """Let the monitor of one service cry, by day and by night."""
    dice = world.draws.dice("noise", service.service_id)
    number, at = 0, max(world.ends - FOR, world.now + timedelta(hours=2))
    while True:
        at += timedelta(days=dice.expovariate(EACH_DAY))
        if at >= world.ends - timedelta(days=1):
            return
        yield Wait(until=at)
        number += 1
        failure = Failure(
            number=number,
            service=service,
            kind=KINDS[0],
            severity=Severity.SEV2,
            began_at=world.now,
            noticed=Noticed.FALSE_ALARM,
        )
        world.agenda.begin(_cried(world, monitors, failure))


async def _cried(world: World, monitors: Monitors, failure: Failure) -> AsyncGenerator[Wait]:
    """Fire, be acknowledged, go by itself; some day somebody puts it away."""
    seen = Seen(
        name=f"noise:{failure.name}",
        alert="QueueSlow",
        title="is a little slower than the minute before",
        severity=failure.severity,
        since=_whole_second(world.now),
    )
    incident_id = await monitors.fires(failure.service, seen)
    if incident_id is None:
        raise AssertionError(f"{seen.name}: a monitor's alert opened no incident")
    case = Case(world=world, monitors=monitors, failure=failure, incident_id=incident_id, seen=seen)
    world.agenda.begin(automation(world, incident_id))
    async for wait in case.until_taken():
        yield wait
    acknowledged = [
        one.event_id
        for one in await world.log.read_stream(case.stream)
        if one.type in {"incident.declared", "incident.acknowledged"}
    ]
    world.plant(Pattern.ALERT_FATIGUE, acknowledged)
    yield case.minutes(*GOES_BY_ITSELF, "noise goes")
    await monitors.is_over(failure.service, seen)
    yield case.minutes(0.5, 2, "noise is put away")
    reason, category = "It went by itself, as always", DeclineCategory.NOT_ACTIONABLE
    await case.does(DeclineIncident, reason=reason, category=category)


def _whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
