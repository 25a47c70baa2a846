"""Reads of projections: read your own writes, and never wait without end."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

from fastapi import Depends, Header
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from projections.catching_up import wait_for
from projections.rows import Connection
from services.api.dependencies import Dependencies, Deps
from services.api.refusals import Invalid, ProjectionBehind, RequestInvalid
from services.api.wire import LARGEST

WAIT_SECONDS: Final = 2.0  # for the position that a request names
CATCH_UP_SECONDS: Final = 1.0  # for something that cannot be found
AFTER_POSITION: Final = "Tocsin-After-Position"
_NUMBER: Final = re.compile(r"[0-9]{1,19}", re.ASCII)


def in_digits(value: Any) -> Any:
    """Refuse a number that is written in another way."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("write a number in digits")
    return value


type Look[Row] = Callable[[Connection], Awaitable[Row | None]]
type Number = Annotated[int, BeforeValidator(in_digits), Field(ge=0, le=LARGEST)]
type Limit = Annotated[int, BeforeValidator(in_digits), Field(ge=1, le=200)]
type Cursor = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_=-]+$")]


class ReadQuery(BaseModel):
    """What every read may ask: to see at least what a write answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None


class PageQuery(ReadQuery):
    """What every list may ask."""

    cursor: Annotated[Cursor | None, Field(description="`next_cursor` of the page before.")] = None
    limit: Limit = 50


class Reads:
    """The read models, for one request."""

    def __init__(
        self,
        dependencies: Deps,
        tocsin_after_position: Annotated[
            Number | None, Header(description="The same as after_position.")
        ] = None,
    ) -> None:
        self._dependencies = dependencies
        self._after = tocsin_after_position or 0

    @asynccontextmanager
    async def of(self, query: ReadQuery, *names: str) -> AsyncIterator[Connection]:
        """Lend a connection once the projections have seen what the request asks for.

        Raises: ProjectionBehind, RequestInvalid, LogUnavailable.
        """
        await self._catch_up(query, names)
        async with self._dependencies.database.connection() as connection:
            yield connection

    async def find[Row](self, query: ReadQuery, look: Look[Row], *names: str) -> Row | None:
        """Return what is found once the projections have seen what the request asks for.

        Raises: ProjectionBehind, RequestInvalid, LogUnavailable.
        """
        await self._catch_up(query, names)
        return await find_at_last(self._dependencies, look, *names)

    async def _catch_up(self, query: ReadQuery, names: Collection[str]) -> None:
        position = max(self._after, query.after_position or 0)
        if not position:
            return
        await self._require_written(position)
        if not await wait_for(self._dependencies.database, names, position, WAIT_SECONDS):
            raise ProjectionBehind(
                f"Position {position} is not readable yet.", position=str(position)
            )

    async def _require_written(self, position: int) -> None:
        """Let a position pass that is in the log: no waiting makes another one readable.

        Raises: RequestInvalid.
        """
        head = await self._dependencies.log.head()
        if position > head:
            raise RequestInvalid(
                Invalid(field="after_position", reason=f"The log ends at position {head}.")
            )


async def find_at_last[Row](dependencies: Dependencies, look: Look[Row], *names: str) -> Row | None:
    """Return what is found; what was written just now is waited for before it counts as missing.

    Raises: LogUnavailable.
    """
    database = dependencies.database
    async with database.connection() as connection:
        found = await look(connection)
    if found is None:
        await wait_for(database, names, await dependencies.log.head(), CATCH_UP_SECONDS)
        async with database.connection() as connection:
            found = await look(connection)
    return found


TheReads = Annotated[Reads, Depends(Reads)]
