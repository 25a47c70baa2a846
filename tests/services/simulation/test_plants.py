"""Planted anti-patterns: each is in the log, and the report names the very events that show it."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.cli.operate.simulate import pattern_named
from services.cli.remote import Problem
from services.simulation.clockwork.patterns import Pattern
from services.simulation.clockwork.world import World
from services.simulation.year import simulated
from tests.services.simulation.spans import span

SHOWN_BY = {
    Pattern.HERO_CULTURE: {"incident.acknowledged", "responder.joined"},
    Pattern.ALERT_FATIGUE: {"incident.declared", "incident.acknowledged"},
    Pattern.BLAME: {
        "postmortem.section_written",
        "postmortem.factor_recorded",
        "action_item.opened",
    },
    Pattern.NO_POSTMORTEMS: {"postmortem.started", "incident.closed"},
    Pattern.POSTMORTEM_THEATRE: {
        "action_item.opened",
        "action_item.due_moved",
        "postmortem.approved",
        "postmortem.published",
    },
}


async def types_of(world: World, events: list[str]) -> set[str]:
    stored = {one.event_id: one.type for one in await world.log.read_all(0, 10**6)}
    return {stored[UUID(one)] for one in events}


@pytest.mark.parametrize("pattern", list(Pattern), ids=lambda one: one.word)
async def test_a_planted_pattern_says_which_events_show_it(pattern: Pattern) -> None:
    world = await simulated(replace(span(days=60), planted=(pattern,)))
    report = world.report()
    assert list(report) == [pattern]
    assert await types_of(world, list(report[pattern])) == SHOWN_BY[pattern]


async def test_a_year_that_was_asked_for_none_plants_none(world: World) -> None:
    assert world.report() == {}


async def test_in_a_healthy_year_every_postmortem_is_read_by_others_and_published(
    world: World,
) -> None:
    types = [one.type for one in await world.log.read_all(0, 10**6)]
    begun = types.count("postmortem.started")
    assert begun
    assert (
        types.count("postmortem.published") == types.count("postmortem.review_requested") == begun
    )
    assert types.count("postmortem.approved") >= begun


def test_a_pattern_that_nobody_knows_is_answered_with_those_there_are() -> None:
    assert pattern_named("hero-culture") is Pattern.HERO_CULTURE
    with pytest.raises(Problem, match=r"no pattern heroes.*hero-culture"):
        pattern_named("heroes")
