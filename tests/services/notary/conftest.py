"""The notary's own eyes on the test's database."""

from collections.abc import AsyncIterator

import pytest

from events.log import database as pools
from events.log.proof.notary_looks import NotaryLooks
from events.log.proof.tree_heads import TreeHeads
from tests.servers import Database


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[pools.Database]:
    opened = await pools.Database.open(database.notary_dsn)
    yield opened
    await opened.close()


@pytest.fixture
def heads(pool: pools.Database) -> TreeHeads:
    return TreeHeads(pool)


@pytest.fixture
def looks(pool: pools.Database) -> NotaryLooks:
    return NotaryLooks(pool)
