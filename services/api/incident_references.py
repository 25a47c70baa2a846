"""Incidents as paths name them: by id, or by the reference that people say aloud."""

import re
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from events.errors import IncidentNotFound
from events.ids import IncidentId, incident_stream
from projections.incident_board import NAME, BoardRow, find_incident
from projections.moments import beginning_of
from projections.rows import Connection
from services.api.callers import Caller, TheCaller
from services.api.dependencies import Dependencies, Deps
from services.api.reads import find_at_last
from services.api.seeing import not_found, sees

_REFERENCE: Final = re.compile(r"INC-[1-9][0-9]{0,17}", re.ASCII | re.IGNORECASE)


async def incident_in_path(
    dependencies: Deps,
    caller: TheCaller,
    incident_id: Annotated[
        str,
        Path(
            description="The incident's id, or its reference.",
            examples=["INC-1042"],
            min_length=1,
            max_length=64,
        ),
    ],
) -> IncidentId:
    """Return the id of the incident that a path names.

    Raises: IncidentNotFound.
    """
    return await incident_named(dependencies, caller, incident_id)


async def incident_named(dependencies: Dependencies, caller: Caller, name: str) -> IncidentId:
    """Return the id of an incident that the caller may know of; an id is not looked up.

    One that is private to others is refused in the same words as one that is not there.
    Raises: IncidentNotFound, LogUnavailable.
    """
    named = _uuid(name)
    if named is None:
        named = await _by_reference(dependencies, name)
    incident_id = IncidentId(named)
    if not await sees(dependencies, caller.sight, incident_id):
        raise not_found(incident_id if _uuid(name) else name.upper())
    return incident_id


async def _by_reference(dependencies: Dependencies, reference: str) -> UUID:
    if not _REFERENCE.fullmatch(reference):
        raise IncidentNotFound("An incident is named by its id or its reference: INC-1042.")
    row = await find_at_last(dependencies, partial(find_by_name, reference), NAME)
    if row is None:
        raise not_found(reference.upper())
    return row.incident_id


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
