"""Postmortem theatre: action items are opened, moved and forgotten."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Final

from events.action_item.commands import MoveDueDate
from events.action_item.decide import AGGREGATE as ACTION_ITEM
from events.ids import ActionItemId
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import person
from services.simulation.company.hours import in_work_hours
from services.simulation.response.case import Case

MOVED: Final = 3  # times, before nobody looks at it any more
BY: Final = timedelta(days=7)
REASONS: Final = ("Other work came first", "There was no time", "After the release")


async def neglected(case: Case, item_id: ActionItemId, due_in: timedelta) -> AsyncGenerator[Wait]:
    """Move the item when it is due, a week each time, and then let it lie."""
    world = case.world
    opened = await world.log.read_stream(ACTION_ITEM.stream(item_id))
    world.plant(Pattern.POSTMORTEM_THEATRE, [one.event_id for one in opened])
    wait = due_in - timedelta(days=1)
    for number in range(MOVED):
        yield Wait(until=in_work_hours(world, case.zone, wait / timedelta(hours=1)))
        if world.now >= world.ends:
            return
        item = (await world.state(ACTION_ITEM, item_id)).opened
        command = MoveDueDate(
            due_on=item.due_on + BY,
            reason=REASONS[number % len(REASONS)],
            actor=person(item.item.owner.person),
            at=world.now,
        )
        world.plant(Pattern.POSTMORTEM_THEATRE, await world.give(ACTION_ITEM, item_id, command))
        wait = BY - timedelta(days=1)
