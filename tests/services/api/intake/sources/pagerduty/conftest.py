"""A sender of PagerDuty's, pointed at us by its base URL and its key."""

import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from tests.services.api.intake.sources.pagerduty.pager import Pager, pager_for


@pytest.fixture
async def pager(client: AsyncClient, dependencies: Dependencies) -> Pager:
    return await pager_for(client, dependencies)
