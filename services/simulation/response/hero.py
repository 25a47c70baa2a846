"""Hero culture: one person takes what others are on call for, by day and by night."""

from collections.abc import AsyncGenerator
from typing import Final

from events.ids import ResponderId
from events.incident.commands import AcknowledgeIncident
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.patterns import Pattern
from services.simulation.response.case import Case

TAKES: Final = 0.8  # of all incidents
SOONER: Final = (0.15, 0.4)  # minutes after it is known: before whoever is paged has read it


async def steps_in(case: Case, hero: ResponderId) -> AsyncGenerator[Wait]:
    """Take the incident unless somebody has it, and go on with it."""
    if not case.happens(TAKES, "hero"):
        return
    yield case.minutes(*SOONER, "hero")
    incident = await case.state()
    if incident.acknowledged_by is None and not incident.ended:
        case.world.plant(Pattern.HERO_CULTURE, await case.does(AcknowledgeIncident, hero))
