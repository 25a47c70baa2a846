"""Incident names: the incident that an id means, or the reference that people say aloud."""

import re
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from events.errors import IncidentNotFound
from events.ids import IncidentId, incident_stream
from projections.engine.catching_up import wait_for
from projections.engine.moments import beginning_of
from projections.engine.rows import Reader
from projections.incidents.board import NAME
from projections.incidents.board_list import find_incident
from services.access.dependencies import ReadDependencies
from services.access.visibility import Visibility, sees

CATCH_UP_SECONDS: Final = 1.0  # for something that cannot be found
_REFERENCE: Final = re.compile(r"INC-[1-9][0-9]{0,17}", re.ASCII | re.IGNORECASE)

type Look[Row] = Callable[[Reader], Awaitable[Row | None]]


async def incident_named(
    dependencies: ReadDependencies, visibility: Visibility, name: str
) -> IncidentId:
    """Return the id of an incident that the caller may know of.

    One that is private to others is refused in the same words as one that is not there; the guard
    sees to it that it takes the same time.
    Raises: IncidentNotFound, LogUnavailable.
    """
    if (named := _uuid(name)) is not None:
        if not await sees(dependencies, visibility, IncidentId(named)):
            raise no_incident(named)
        return IncidentId(named)
    if not _REFERENCE.fullmatch(name):
        raise IncidentNotFound("An incident is named by its id or its reference: INC-1042.")
    row = await find_at_last(dependencies, lambda at: find_incident(at, name), NAME)
    if row is None:
        raise no_incident(name.upper())
    if not await sees(dependencies, visibility, IncidentId(row.incident_id)):
        await find_at_last(dependencies, _nothing, NAME)  # as long as one is looked for in vain
        raise no_incident(name.upper())
    return IncidentId(row.incident_id)


async def require_incident(dependencies: ReadDependencies, incident_id: IncidentId) -> None:
    """Let an incident pass that is there, also one declared a moment ago.

    Raises: IncidentNotFound, LogUnavailable.
    """
    async with dependencies.database.connection() as reader:
        if await beginning_of(reader, incident_stream(incident_id)) is None:
            raise no_incident(incident_id)


async def find_at_last[Row](
    dependencies: ReadDependencies, look: Look[Row], *names: str
) -> Row | None:
    """Return what is found; what was written just now is waited for before it counts as missing.

    Raises: LogUnavailable.
    """
    database = dependencies.database
    async with database.connection() as reader:
        found = await look(reader)
    if found is None:
        await wait_for(database, names, await dependencies.log.head(), CATCH_UP_SECONDS)
        async with database.connection() as reader:
            found = await look(reader)
    return found


def no_incident(named: object) -> IncidentNotFound:
    """Return the refusal of a name that names no incident, or none that the caller may know of."""
    return IncidentNotFound(f"No such incident: {named}.")


async def _nothing(_reader: Reader) -> None:
    return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None
