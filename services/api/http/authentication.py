"""Authentication: an API key, or whoever is signed in, and the caller whom the guard let in."""

import re
from dataclasses import replace
from typing import Annotated, Final, cast

from fastapi import Depends, Request

from events.log.recorded import Metadata
from events.log.sandbox_mark import is_sandbox
from services.access.callers import (
    RESPONDER_HEADER,
    SESSION,
    Caller,
    Session,
    caller_with,
    good_key,
    principal_of,
    signed_in_caller,
)
from services.access.permissions import Permission
from services.api.http.dependencies import dependencies_of

VIA_HEADER: Final = "Tocsin-Via"
COMMIT_HEADER: Final = "Tocsin-Commit"  # which commit of its files a configuration comes from
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}\+?", re.ASCII)  # +: and what nobody committed
VIAS: Final = (
    "api",
    "cli",
    "chat",
    "web",
    "apply",
)  # the first if nothing, or nothing known, is said


async def admitted(request: Request, permission: Permission) -> Caller:
    """Return the caller if it may do this.

    Raises: NotAuthenticated, PermissionMissing, SpeaksForAnother, RequestInvalid.
    """
    dependencies = dependencies_of(request)
    session = cast("Session | None", request.scope.get(SESSION))
    if session is not None:
        request.state.principal = session.principal
        return signed_in_caller(session, permission)
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    key = await good_key(dependencies, text.strip() if scheme.lower() == "bearer" else "")
    request.state.principal = principal_of(key)
    request.state.simulated = await is_sandbox(dependencies.log)
    return await caller_with(dependencies, key, permission, request.headers.get(RESPONDER_HEADER))


def metadata_of(request: Request, caller: Caller) -> Metadata:
    """Return what an event caused by this request says of its cause."""
    named = request.headers.get(VIA_HEADER, "")
    metadata = caller.metadata(
        via=named if named in VIAS else VIAS[0], correlation_id=request.state.request_id
    )
    commit = _COMMIT.fullmatch(request.headers.get(COMMIT_HEADER, ""))
    return replace(metadata, causation_id=f"commit:{commit[0]}") if commit else metadata


async def caller_of(request: Request) -> Caller:
    """Return the caller that the route's guard authenticated."""
    return cast("Caller", request.state.caller)


TheCaller = Annotated[Caller, Depends(caller_of)]
