"""The intake with an inbox in memory beside the log."""

from dataclasses import replace

import pytest

from events.log.queues.memory_inbox import MemoryInbox
from services.api.dependencies import Dependencies


@pytest.fixture
async def dependencies(dependencies: Dependencies) -> Dependencies:
    """A log and an inbox in memory; PostgreSQL and Temporal are down."""
    return replace(dependencies, inbox=MemoryInbox())
