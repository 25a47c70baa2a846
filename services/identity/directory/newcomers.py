"""Newcomers: one at a time in every process, so that nobody becomes two people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from projections.configuration import accounts, directory_groups, directory_users, tables
from services.identity import one_address
from services.identity.directory.directory import Directory

READ: Final = (accounts.NAME, tables.NAME, directory_users.NAME, directory_groups.NAME)
CATCH_UP_SECONDS: Final = 2.0


@asynccontextmanager
async def alone(directory: Directory) -> AsyncIterator[None]:
    """Let nobody else make a person, or give an address, until this is done.

    Whom others made before can be found.
    Raises: ProjectionBehind, LogUnavailable, LogOverloaded.
    """
    async with one_address.alone(directory.log, directory.database, READ):
        yield


async def caught_up(directory: Directory) -> None:
    """Return when accounts and people can be found that were there a moment ago.

    Raises: ProjectionBehind, LogUnavailable.
    """
    await one_address.caught_up(directory.log, directory.database, READ, CATCH_UP_SECONDS)
