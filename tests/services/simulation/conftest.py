"""One simulated span for all tests that only read it."""

import pytest

from services.simulation.clockwork.world import World
from services.simulation.year import simulated
from tests.services.simulation.spans import span


@pytest.fixture(scope="package")
async def world() -> World:
    return await simulated(span(days=60))
