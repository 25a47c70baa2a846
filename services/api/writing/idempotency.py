"""Idempotency keys: the same request again is the same command, so it happens once.

Source: IETF draft-ietf-httpapi-idempotency-key-header-07.
"""

import json
import re
from hashlib import sha256
from typing import Annotated, Final

from fastapi import Depends, Header, Request

from services.access.callers import Caller
from services.api.http.authentication import TheCaller
from services.api.writing.attempts import attempt_of, keyed_command
from services.commanding.identity import Identity
from services.request_refusals import Invalid, RequestInvalid

REPLAYED: Final = "Idempotent-Replayed"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")


async def identity_of(
    request: Request,
    caller: TheCaller,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes a retry safe: the same key again gets the first answer.",
            min_length=1,
            max_length=255,
            pattern="^[\x21-\x7e]+$",
            examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
        ),
    ] = None,
) -> Identity:
    """Return the identity of the request.

    Raises: RequestInvalid.
    """
    return identity_for(request, caller, idempotency_key, await _body(request))


def identity_for(
    request: Request, caller: Caller, idempotency_key: str | None, asked: object
) -> Identity:
    """Return the identity of a request that asks for this, whatever form its body has.

    Raises: RequestInvalid.
    """
    digest = sha256(_canonical(request, caller, asked)).digest()
    if idempotency_key is None:
        attempt = attempt_of(request)
        return Identity(command_id=attempt.command_id, request_digest=digest, may_repeat=False)
    if len(request.headers.getlist("idempotency-key")) > 1 or not _KEY.fullmatch(idempotency_key):
        raise RequestInvalid(
            Invalid(field="header.Idempotency-Key", reason="Send one key of visible ASCII.")
        )
    command_id = keyed_command(request, idempotency_key)
    return Identity(command_id=command_id, request_digest=digest, may_repeat=True)


async def _body(request: Request) -> object:
    return await request.json() if await request.body() else None


def _canonical(request: Request, caller: Caller, body: object) -> bytes:
    query = sorted(request.query_params.multi_items())
    asked = [request.method, request.url.path, query, body, caller.actor.responder_id]
    return json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()


TheIdentity = Annotated[Identity, Depends(identity_of)]
