"""Incident path parameter: looked up by the guard, handed to the routes."""

import asyncio
from typing import Annotated, Final, cast

from fastapi import Depends, Path, Request

from events.ids import IncidentId
from services.access.callers import Caller
from services.access.incident_names import incident_named, require_incident
from services.access.rights.postmortem_readers import require_reader
from services.api.http.dependencies import Deps, dependencies_of

POSTMORTEM: Final = "/postmortem"  # it may be kept to fewer people than its incident
REFUSAL_SECONDS: Final = 0.05  # longer than it takes to find out that one is private to others


async def find_incident_in_path(request: Request, caller: Caller) -> None:
    """Keep the id of the incident that the path names, if it names one.

    The guard asks before anything else of the request is looked at, so that no operation can tell
    an incident that is hidden from one that is not there.
    Raises: IncidentNotFound, PostmortemKept, LogUnavailable.
    """
    named = request.path_params.get("incident_id")
    if named is not None:
        found = await incident_named(dependencies_of(request), caller.visibility, named)
        request.state.incident_id = found
        if POSTMORTEM in request.url.path:
            await require_reader(dependencies_of(request), caller.visibility, found)


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


async def refusal_is_due(began: float) -> None:
    """Wait until an incident is refused that was looked for since then, by the loop's clock."""
    await asyncio.sleep(began + REFUSAL_SECONDS - asyncio.get_running_loop().time())


TheIncident = Annotated[IncidentId, Depends(incident_in_path)]


async def existing_incident(dependencies: Deps, incident_id: TheIncident) -> IncidentId:
    """Return the id of an incident that is there, also one declared a moment ago.

    Raises: IncidentNotFound.
    """
    await require_incident(dependencies, incident_id)
    return incident_id


ExistingIncident = Annotated[IncidentId, Depends(existing_incident)]
