"""Answering: how soon somebody answers who was paged, by the person and the hour."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from events.ids import IncidentId, PageId, ResponderId
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import AGGREGATE as INCIDENT
from events.incident.pages.rules import page_with
from events.incident.state import Incident
from services.simulation.clockwork.agenda import Wait
from services.simulation.clockwork.draws import Draws
from services.simulation.clockwork.world import World, person

SLEEPS_FROM: Final = 22  # by the person's clock
SLEEPS_UNTIL: Final = 8
BY_DAY: Final = 1.1  # minutes, the median
BY_NIGHT: Final = 1.9
SPREAD: Final = 0.4
AT_MOST: Final = 4.5  # minutes: whoever answers at all does before the next level is paged
SILENT: Final = 0.02  # of all messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether somebody answers a message, and after how many minutes."""

    comes: bool
    minutes: float


def answer_of(draws: Draws, responder_id: ResponderId, hour: int, *, second_time: bool) -> Answer:
    """Return how somebody takes a message at an hour of their clock.

    Who missed one message does not miss the next one of the same page.
    """
    asleep = hour >= SLEEPS_FROM or hour < SLEEPS_UNTIL
    median = (BY_NIGHT if asleep else BY_DAY) * draws.dice("pace", responder_id).uniform(0.8, 1.25)
    minutes = draws.skewed(median, SPREAD, "answers", responder_id)
    misses = draws.regular("misses", responder_id) < SILENT and not second_time
    return Answer(comes=not misses, minutes=min(minutes, AT_MOST))


async def answers(
    world: World, incident_id: IncidentId, page_id: PageId, responder_id: ResponderId
) -> AsyncGenerator[Wait]:
    """Answer a message that has just arrived, if it is wanted by then."""
    asked = world.asked.get((page_id, responder_id), 0)
    world.asked[page_id, responder_id] = asked + 1
    local = world.now.astimezone(ZoneInfo(world.zones.get(responder_id, "UTC")))
    answer = answer_of(world.draws, responder_id, local.hour, second_time=asked > 0)
    if not answer.comes:
        return
    yield Wait(until=world.in_minutes(answer.minutes))
    incident: Incident = await world.state(INCIDENT, incident_id)
    page = page_with(incident, page_id)
    if page is None or not page.wanted:
        return
    command = AcknowledgeIncident(actor=person(responder_id), at=world.now, page_id=page_id)
    await world.give(INCIDENT, incident_id, command)
