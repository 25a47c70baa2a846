"""Override warnings: what an override does not do, leaves open, or leaves to somebody away."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from activities.on_call.rota_now import with_gone
from events.ids import OverrideId
from events.on_call.final import shifts
from events.on_call.rota import Override, Rota
from events.schedule.state import Schedule
from services.api.resources.on_call.away import away_on_call
from services.api.writing.commands import HttpConfigurationChange


async def warnings_of_overrides(
    change: HttpConfigurationChange, schedule: Schedule, override_ids: Iterable[OverrideId]
) -> list[str]:
    """Return what overrides of a schedule do not do, though somebody may think so.

    The schedule is the one after the change, also where a dry run only foresees it. Of an override
    that holds no more, as at a late repeat of the request, nothing is said.
    Raises: EventTooNew, LogUnavailable.
    """
    rota = await with_gone(change.dependencies.log, schedule.rota)
    standing = await asyncio.to_thread(_standing, schedule, tuple(override_ids), change.at)
    if not standing:
        return []
    name, at = str(schedule.schedule_id), change.at
    found = [
        sentence
        for one in standing
        for sentence in await asyncio.to_thread(effects_of, rota, one, name, at)
    ]
    people = {one.on for one in standing if one.on is not None}
    if people:
        begin = max(at, min(one.starts_at for one in standing))
        end = max(one.ends_at for one in standing)
        found += await away_on_call(change.dependencies, rota, people, begin, end)
    return [*dict.fromkeys(found)]


def _standing(
    schedule: Schedule, override_ids: tuple[OverrideId, ...], at: datetime
) -> list[Override]:
    kept = schedule.overrides.kept()
    asked = [kept[one] for one in override_ids if one in kept]
    return [one.newest for one in asked if one.stands(at)]


def effects_of(rota: Rota, override: Override, schedule_id: str, at: datetime) -> list[str]:
    """Return what an override of a rota does not do from an instant on, or leaves open."""
    others = tuple(one for one in rota.overrides if one.override_id != override.override_id)
    begin, end = max(override.starts_at, at), override.ends_at
    if begin >= end:
        return []
    before = shifts(replace(rota, overrides=others), begin, end)
    warnings: list[str] = []
    if override.off and not any(override.off in shift.responder_ids for shift in before):
        effect = "it changes nothing" if override.on else "nobody is taken off"
        warnings.append(f"{override.off} is not on call then, so {effect}.")
    after = shifts(rota, begin, end)
    if any(not shift.duties for shift in after):
        warnings.append(f"Nobody is on call in {schedule_id} for part of that time.")
    return warnings
