"""Afterwards: what follows a simulated incident: learning from it, action items, its closing."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Final

from events.action_item.commands import (
    CompleteActionItem,
    DropActionItem,
    OpenActionItem,
    StartActionItem,
)
from events.action_item.decide import AGGREGATE as ACTION_ITEM
from events.action_item.item import ActionItem, ActionKind, Owner, Priority
from events.ids import ActionItemId
from events.incident.commands import AdvancePhase, CloseIncident
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.names import Timestamp
from events.learning_policy.policy import DEFAULT
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import person
from services.simulation.company.hours import in_work_hours
from services.simulation.response.case import Case
from services.simulation.response.document import begun, written
from services.simulation.response.neglect import neglected

CORRECTED: Final = 0.05
CLOSED: Final = {
    Mode.REAL: "It was small, and what caused it is gone",
    Mode.DRILL: "A drill",
}
BEGUN: Final = (0.15, 0.4)  # of the time until an item is due
DONE: Final = (0.5, 0.85)
DROPPED: Final = 0.06
CAREFUL: Final = (ActionKind.PROCESS, "Be more careful with changes on Fridays")
RUNBOOK: Final = (ActionKind.PROCESS, "Add the steps of this incident to the runbook")


async def afterwards(case: Case) -> AsyncGenerator[Wait]:
    """Look back in work hours, and close the incident within a few days."""
    incident = await case.state()
    yield case.minutes(0.02, 0.08, "relay")
    begins = await begun(case)
    yield Wait(until=in_work_hours(case.world, case.zone, 18))
    if case.happens(CORRECTED, "corrects") and incident.timestamps.began is not None:
        began = incident.timestamps.began - timedelta(minutes=2)
        reason = "The first errors are in the log two minutes earlier"
        await case.does(
            CorrectTimestamp, timestamp=Timestamp.BEGAN, happened_at=began, reason=reason
        )
    if begins and case.world.shows(Pattern.NO_POSTMORTEMS):
        closed = await case.does(CloseIncident, reason="There is no time for a postmortem")
        case.world.plant(Pattern.NO_POSTMORTEMS, (*begins, *closed))
    elif begins:
        async for wait in learned(case):
            yield wait
        await case.does(CloseIncident)
    else:
        await case.does(CloseIncident, reason=CLOSED[incident.mode])


async def learned(case: Case) -> AsyncGenerator[Wait]:
    """Write down what happened, and what is changed."""
    await case.does(AdvancePhase, phase=Phase.POSTMORTEM)
    items = (*case.failure.kind.items, RUNBOOK)
    if case.world.shows(Pattern.BLAME):
        items = (*items, CAREFUL)
    for number, (action, text) in enumerate(items):
        yield case.minutes(3, 9, "item", number)
        item_id, due_in = await _opened(case, number, action, text)
        follow = neglected if case.world.shows(Pattern.POSTMORTEM_THEATRE) else followed_up
        case.world.agenda.begin(follow(case, item_id, due_in))
    async for wait in written(case, len(items)):
        yield wait
    yield Wait(until=in_work_hours(case.world, case.zone, 3))


async def _opened(
    case: Case, number: int, action: ActionKind, text: str
) -> tuple[ActionItemId, timedelta]:
    world, incident = case.world, await case.state()
    priority = Priority.P2 if number else Priority.P1
    owner = world.draws.dice(case.failure.name, "owner", number)
    people = case.failure.service.team.people
    if incident.privacy.private:
        people = (case.lead,)  # who knows of it
    item_id = ActionItemId(world.new_id())
    due_on = DEFAULT.item_due(world.now.date(), incident.severity, priority)
    command = OpenActionItem(
        action_item_id=item_id,
        incident_id=case.incident_id,
        item=ActionItem(
            text=text,
            action=action,
            owner=Owner(person=owner.choice(people)),
            priority=priority,
        ),
        due_on=due_on,
        actor=person(case.lead),
        at=world.now,
    )
    events = await world.give(ACTION_ITEM, item_id, command)
    if text == CAREFUL[1]:
        world.plant(Pattern.BLAME, events)
    return item_id, due_on - world.now.date()


async def followed_up(case: Case, item_id: ActionItemId, due_in: timedelta) -> AsyncGenerator[Wait]:
    """Have the item's owner do it in time, also where that is after the year's end."""
    world, dice = case.world, case.draws.dice("item", item_id)
    hours = due_in / timedelta(hours=1)
    begun, done = dice.uniform(*BEGUN) * hours, dice.uniform(*DONE) * hours
    yield Wait(until=in_work_hours(world, case.zone, begun))
    item = (await world.state(ACTION_ITEM, item_id)).opened
    owner = person(item.item.owner.person)
    if dice.random() < DROPPED:
        reason = "The part that failed is replaced next month"
        await world.give(
            ACTION_ITEM, item_id, DropActionItem(reason=reason, actor=owner, at=world.now)
        )
        return
    await world.give(ACTION_ITEM, item_id, StartActionItem(actor=owner, at=world.now))
    yield Wait(until=in_work_hours(world, case.zone, done - begun))
    url = f"https://code.example/changes/{item_id}"
    await world.give(
        ACTION_ITEM, item_id, CompleteActionItem(evidence_url=url, actor=owner, at=world.now)
    )
