"""The door of an installation, on a PostgreSQL of its own."""

import pytest

from events.log.postgres import PostgresLog
from tests.services.api.live.conftest import projected
from tests.services.identity.local.arranging import Door, door_to

__all__ = ["projected"]


@pytest.fixture
def door(log: PostgresLog) -> Door:
    """Somebody may sign in here."""
    return door_to(log)
