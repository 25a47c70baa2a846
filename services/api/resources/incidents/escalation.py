"""Level of an incident's newest page: what an escalation by hand goes on from."""

from collections.abc import Mapping

from events.ids import page_id_for, page_stream
from events.incident.decide import incident_decider
from events.incident.escalation.commands import LevelSeen
from events.incident.pages.rules import wanted_pages
from events.loading import load
from events.page.decide import page_decider
from events.page.plan import PagePlan, Step, step_after
from events.page.purpose import Purpose
from services.commanding.incident_commands import IncidentCommands


async def where_it_is(commands: IncidentCommands) -> Mapping[str, object]:
    """Return where the newest page that asks for responders is; nothing if none has begun.

    Raises: LogUnavailable.
    """
    log = commands.dependencies.log
    incident, _ = await load(log, incident_decider, commands.stream)
    begun = [
        page.number
        for page in wanted_pages(incident)
        if page.purpose is Purpose.RESPONSE and page.not_before is None
    ]
    if incident.incident_id is None or not begun:
        return {}
    number = max(begun)
    page, _ = await load(log, page_decider, page_stream(page_id_for(incident.incident_id, number)))
    if page.plan is None or page.step is None:
        return {}
    return {"now": seen_at(number, page.step, page.plan)}


def seen_at(number: int, step: Step, plan: PagePlan) -> LevelSeen:
    """Return the level of a page, and which level of which policy follows it in the same round."""
    following = step_after(step, plan)
    parts = plan.levels[following.level - 1].parts if following is not None else ()
    goes_on = following is not None and following.level > step.level
    first = next((part for part in parts if part.escalation_policy_id is not None), None)
    if not goes_on or first is None:
        return LevelSeen(page=number, round=step.round, level=step.level)
    return LevelSeen(
        page=number,
        round=step.round,
        level=step.level,
        next_policy_id=first.escalation_policy_id,
        next_level=first.level,
    )
