"""Incidents as paths name them: by id, or by the reference that people say aloud."""

import asyncio
import re
from functools import partial
from typing import Annotated, Final, cast
from uuid import UUID

from fastapi import Depends, Path, Request

from events.errors import IncidentNotFound
from events.ids import IncidentId, incident_stream
from projections.engine.moments import beginning_of
from projections.engine.rows import Connection
from projections.incidents.board import NAME, BoardRow, find_incident
from services.api.access.callers import Caller
from services.api.access.visibility import not_found, sees
from services.api.dependencies import Dependencies, Deps, dependencies_of
from services.api.reading.reads import find_at_last

REFUSAL_SECONDS: Final = 0.05  # longer than it takes to find out that one is private to others
_REFERENCE: Final = re.compile(r"INC-[1-9][0-9]{0,17}", re.ASCII | re.IGNORECASE)


async def find_incident_in_path(request: Request, caller: Caller) -> None:
    """Keep the id of the incident that the path names, if it names one.

    The guard asks before anything else of the request is looked at, so that no operation can tell
    an incident that is hidden from one that is not there.
    Raises: IncidentNotFound, LogUnavailable.
    """
    named = request.path_params.get("incident_id")
    if named is not None:
        dependencies = dependencies_of(request)
        request.state.incident_id = await incident_named(dependencies, caller, named)


async def incident_in_path(
    request: Request,
    incident_id: Annotated[  # noqa: ARG001  looked up by the guard
        str,
        Path(
            description="The incident's id, or its reference.",
            examples=["INC-1042"],
            min_length=1,
            max_length=64,
        ),
    ],
) -> IncidentId:
    """Return the id of the incident that a path names, as the guard has found it."""
    return cast("IncidentId", request.state.incident_id)


async def incident_named(dependencies: Dependencies, caller: Caller, name: str) -> IncidentId:
    """Return the id of an incident that the caller may know of.

    One that is private to others is refused in the same words as one that is not there; the guard
    sees to it that it takes the same time.
    Raises: IncidentNotFound, LogUnavailable.
    """
    visibility = caller.visibility
    if (named := _uuid(name)) is not None:
        if not await sees(dependencies, visibility, IncidentId(named)):
            raise not_found(named)
        return IncidentId(named)
    if not _REFERENCE.fullmatch(name):
        raise IncidentNotFound("An incident is named by its id or its reference: INC-1042.")
    row = await find_at_last(dependencies, partial(find_by_name, name), NAME)
    if row is None:
        raise not_found(name.upper())
    if not await sees(dependencies, visibility, IncidentId(row.incident_id)):
        await find_at_last(dependencies, _nothing, NAME)  # as long as one is looked for in vain
        raise not_found(name.upper())
    return IncidentId(row.incident_id)


async def refusal_is_due(began: float) -> None:
    """Wait until an incident is refused that was looked for since then, by the loop's clock."""
    await asyncio.sleep(began + REFUSAL_SECONDS - asyncio.get_running_loop().time())


async def _nothing(_connection: Connection) -> None:
    return None


async def find_by_name(name: UUID | str, connection: Connection) -> BoardRow | None:
    """Return the incident on the board that has this id or reference."""
    return await find_incident(connection, name)


def no_incident(incident_id: UUID) -> IncidentNotFound:
    """Return the refusal of an id that names no incident."""
    return not_found(incident_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None


TheIncident = Annotated[IncidentId, Depends(incident_in_path)]


async def existing_incident(dependencies: Deps, incident_id: TheIncident) -> IncidentId:
    """Return the id of an incident that is there, also one declared a moment ago.

    Raises: IncidentNotFound.
    """
    async with dependencies.database.connection() as connection:
        if await beginning_of(connection, incident_stream(incident_id)) is None:
            raise no_incident(incident_id)
    return incident_id


ExistingIncident = Annotated[IncidentId, Depends(existing_incident)]
