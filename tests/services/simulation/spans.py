"""Spans that the tests of the simulation share: long enough to see everything, short enough."""

from datetime import UTC, datetime, timedelta

from services.simulation.clockwork.world import World
from services.simulation.sandbox.loading import root_of
from services.simulation.sandbox.sealed_rows import Seals, sealed_rows
from services.simulation.year import Span

BEGINS = datetime(2025, 3, 1, tzinfo=UTC)


def span(seed: int = 7, days: int = 21) -> Span:
    return Span(seed=seed, begins=BEGINS, ends=BEGINS + timedelta(days=days))


async def root(world: World) -> bytes:
    """Return the hash that stands for every byte of the log, as it is stored."""
    events = await world.log.read_all(0, await world.log.head())
    return root_of(sealed_rows(events, Seals(world.draws.seed)))
