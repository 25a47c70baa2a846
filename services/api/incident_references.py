"""Incidents as paths name them: by id, or by the reference that people say aloud."""

import re
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path

from events.errors import IncidentNotFound
from events.ids import IncidentId
from projections.incident_board import NAME, BoardRow, find_incident
from projections.rows import Connection
from services.api.dependencies import Deps
from services.api.reads import find_at_last

_REFERENCE: Final = re.compile(r"INC-[1-9][0-9]{0,17}", re.ASCII | re.IGNORECASE)


async def incident_id_of(
    dependencies: Deps,
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
    """Return the id of the incident that a path names; an id is not looked up.

    Raises: IncidentNotFound.
    """
    named = _uuid(incident_id)
    if named is not None:
        return IncidentId(named)
    if not _REFERENCE.fullmatch(incident_id):
        raise IncidentNotFound("An incident is named by its id or its reference: INC-1042.")
    row = await find_at_last(dependencies, partial(find_by_name, incident_id), NAME)
    if row is None:
        raise IncidentNotFound(f"There is no incident {incident_id.upper()}.")
    return IncidentId(row.incident_id)


async def find_by_name(name: UUID | str, connection: Connection) -> BoardRow | None:
    """Return the incident on the board that has this id or reference."""
    return await find_incident(connection, name)


def no_incident(incident_id: UUID) -> IncidentNotFound:
    """Return the refusal of an id that names no incident."""
    return IncidentNotFound(f"There is no incident {incident_id}.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == len(str(UUID(int=0))) else None
    except ValueError:
        return None


TheIncident = Annotated[IncidentId, Depends(incident_id_of)]
