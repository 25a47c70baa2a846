"""Hours: when people are at work, and who is on call by the real on-call arithmetic."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from events.ids import ResponderId, ScheduleId
from events.on_call.who import on_call
from events.response_policy.calendar import BusinessCalendar, opening
from events.schedule.decide import AGGREGATE as SCHEDULE
from events.schedule.state import Schedule
from services.simulation.clockwork.world import World

WEEKDAYS: Final = (1, 2, 3, 4, 5)


def at_work(at: datetime, zone: str, opens: int = 9, closes: int = 17) -> datetime:
    """Return the time itself if somebody in the zone is at work then, else when they begin next."""
    calendar = BusinessCalendar(
        zone=zone, weekdays=WEEKDAYS, opens=time(opens), closes=time(closes), holidays=()
    )
    found = opening(calendar, at)
    if found is None:
        raise AssertionError("every week has hours of work")
    return found


def in_work_hours(world: World, zone: str, hours: float) -> datetime:
    """Return a time at work so many hours from now; what would be earlier begins the next day."""
    wished = world.now + timedelta(hours=hours)
    begins = at_work(wished, zone)
    if begins == wished:
        return wished.replace(microsecond=0)
    minutes = world.draws.dice("begins", wished.isoformat()).uniform(2, 50)
    return (begins + timedelta(minutes=minutes)).replace(microsecond=0)


def day_in(zone: str, at: datetime) -> datetime:
    """Return an instant as the clocks of a zone show it."""
    return at.astimezone(ZoneInfo(zone))


async def who_is_on_call(world: World, schedule_id: ScheduleId) -> ResponderId:
    """Return who is on call in a schedule now; a simulated one is never without anybody."""
    schedule: Schedule = await world.state(SCHEDULE, schedule_id)
    return on_call(schedule.rota, world.now).responder_ids[0]
