"""Attempted commands: what a request is on its way to, also when it is refused."""

import asyncio
import re
from http import HTTPStatus
from typing import Final, cast
from uuid import UUID, uuid4, uuid5

from fastapi import Request

from events.errors import CommandRejected, LogFault
from events.ids import TOCSIN, IncidentId, incident_stream
from events.log.recorded import Metadata
from events.log.refusals import RefusedCommand
from projections.incidents.board_list import find_incident
from services.access.dependencies import ReadDependencies
from services.api.http.dependencies import dependencies_of
from services.api.problems.table import status_of, without_keys
from services.commanding.attempt import Attempt

LOOK_SECONDS: Final = 0.5  # for the name of what was tried
LONGEST_PATH: Final = 150  # characters
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]")


def attempt_of(request: Request) -> Attempt:
    """Return what is known of the request's command."""
    attempt = getattr(request.state, "attempt", None)
    if attempt is None:
        key = request.headers.get("idempotency-key")
        command_id = keyed_command(request, key) if key else uuid4()
        attempt = request.state.attempt = Attempt(command_id=command_id)
    return cast("Attempt", attempt)


def keyed_command(request: Request, key: str) -> UUID:
    """Return the command id that a caller's key means: the same in every retry."""
    return uuid5(TOCSIN, f"{request.state.principal} {request.method} {request.url.path} {key}")


async def note(request: Request, refusal: CommandRejected) -> None:
    """Keep the refusal of a write whose caller is known.

    Strangers could fill the disk with theirs, and a read changes nothing: the log tells of those.
    """
    principal = getattr(request.state, "principal", None)
    ours = status_of(type(refusal)) >= HTTPStatus.INTERNAL_SERVER_ERROR
    if principal is None or request.method in _SAFE_METHODS or ours:
        return
    dependencies = dependencies_of(request)
    attempt = attempt_of(request)
    caller = getattr(request.state, "caller", None)
    await dependencies.refused.keep(
        RefusedCommand(
            command_id=attempt.command_id,
            command=attempt.command or _operation(request),
            target=attempt.stream or await _target(dependencies, request),
            refusal=type(refusal).__name__,
            metadata=Metadata(
                principal=principal,
                on_behalf_of=caller.actor.responder_id if caller else None,
                correlation_id=request.state.request_id,
            ),
        )
    )


def _operation(request: Request) -> str:
    route = request.scope.get("route")
    return f"{request.method} {getattr(route, 'path', '?')}"


async def _target(dependencies: ReadDependencies, request: Request) -> str:
    """Return the incident's stream where the path names one that exists, else the path."""
    path = _UNPRINTABLE.sub("?", without_keys(request.url.path))[:LONGEST_PATH]
    named = request.path_params.get("incident_id")
    if not isinstance(named, str):
        return path
    try:
        async with asyncio.timeout(LOOK_SECONDS), dependencies.database.connection() as connection:
            row = await find_incident(connection, named)
    except (LogFault, CommandRejected, TimeoutError):
        return path
    return path if row is None else incident_stream(IncidentId(row.incident_id))
