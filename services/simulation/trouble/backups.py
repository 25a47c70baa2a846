"""Backups: each slows its service down a little, which a routing rule keeps from waking anybody."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.world import World
from services.simulation.company.founding import BACKUP
from services.simulation.company.staff import Service
from services.simulation.trouble.monitors import Monitors, Seen

RUNS_AT = time(2, 30)
SUNDAY = 7
WEEK = timedelta(days=7)


async def backups(world: World, monitors: Monitors, service: Service) -> AsyncGenerator[Wait]:
    """Run one on each Sunday night, and have the monitor see it; nobody is paged."""
    zone = ZoneInfo(service.team.zone)
    first = world.now.astimezone(zone).date()
    day = first + timedelta(days=SUNDAY - first.isoweekday() or WEEK.days)
    while True:
        at = datetime.combine(day, RUNS_AT, zone).astimezone(UTC)
        if at >= world.ends - timedelta(days=1):
            return
        yield Wait(until=at)
        seen = Seen(
            name=f"backup:{service.service_id}:{day}",
            alert=BACKUP,
            title="is slow while its backup runs",
            severity=None,
            since=world.now,
        )
        if await monitors.fires(service, seen) is not None:
            raise AssertionError(f"{seen.name}: a backup opened an incident")
        dice = world.draws.dice("backup", service.service_id, day)
        yield Wait(until=world.in_minutes(dice.uniform(12, 40)))
        await monitors.is_over(service, seen)
        day += WEEK
