"""Zones: in which clock the forms of a schedule are read."""

from zoneinfo import ZoneInfo

from services.web.calls import path_of
from services.web.visit import Visit, zone_named


async def schedule_zone(visit: Visit, schedule_id: str) -> ZoneInfo:
    """Return the zone of a schedule.

    Raises: Refused.
    """
    schedule = await visit.calls.get(path_of("schedules", schedule_id))
    return zone_named(schedule["zone"])
