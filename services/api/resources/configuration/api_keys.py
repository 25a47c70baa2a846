"""API keys: what a client may do, for whom, and until when."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.configuration.api_key import (
    ApiKeyNotFound,
    ApiScope,
    CreateApiKey,
    RevokeApiKey,
    api_key_decider,
)
from events.ids import ApiKeyId, ResponderId, api_key_stream
from projections.configuration import tables as configuration
from projections.engine.defined import every, one
from services.access.callers import Caller
from services.access.permissions import Permission, permissions_of
from services.access.secret_keys import new_key_for
from services.api.http.authentication import TheCaller
from services.api.http.formats import Choice, Instant, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.configuration import ApiKeyList, ApiKeyView
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.issued_keys import IssuedKey, issued
from services.api.writing.receipts import Receipt
from services.request_refusals import Invalid, PermissionMissing, RequestInvalid

router = api_router("configuration")


class ApiKeyBody(
    Strict,
    json_schema_extra={
        "examples": [{"name": "Grace's laptop", "scopes": ["responder"], "responder_id": "grace"}]
    },
):
    """API key to create."""

    name: Line
    scopes: Annotated[
        tuple[Choice[ApiScope], ...],
        Field(min_length=1, max_length=len(ApiScope), strict=False),
    ]
    responder_id: Annotated[
        Name | None, Field(description="Whose key it is: it speaks for nobody else.")
    ] = None
    expires_at: Annotated[
        Instant | None, Field(description="At the latest when the key that makes it does.")
    ] = None


class ApiKeyCreatedAnswer(IssuedKey):
    """The key, for the one time it is shown."""

    api_key_id: str
    name: str
    scopes: tuple[ApiScope, ...]
    responder_id: str | None
    expires_at: Instant | None


@router.get("/v1/api-keys", dependencies=[requires(Permission.API_KEY_READ)])
async def list_api_keys(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> ApiKeyList:
    """List the API keys, the revoked ones too, by id."""
    async with reads.of(query, configuration.NAME) as connection:
        rows = await every(configuration.API_KEY, connection)
    return ApiKeyList(api_keys=[ApiKeyView.model_validate(row) for row in rows])


@router.get("/v1/api-keys/{api_key_id}", dependencies=[requires(Permission.API_KEY_READ)])
async def show_api_key(
    response: Response, reads: TheReads, api_key_id: Name, query: Annotated[ReadQuery, Query()]
) -> ApiKeyView:
    """Show an API key; its ETag is what If-Match takes."""
    stream = api_key_stream(ApiKeyId(api_key_id))
    async with reads.of(query, configuration.NAME, stream=stream) as connection:
        row = await one(configuration.API_KEY, connection, api_key_id)
    if row is None:
        raise ApiKeyNotFound(f"No such API key: {api_key_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return ApiKeyView.model_validate(row)


@router.post(
    "/v1/api-keys",
    dependencies=[requires(Permission.API_KEY_MANAGE)],
    status_code=201,
    response_model=ApiKeyCreatedAnswer,
)
async def create_api_key(
    body: ApiKeyBody, caller: TheCaller, change: TheConfigurationChange
) -> Response:
    """Make an API key. Its text is in this answer and nowhere else, ever again."""
    require_held(caller, body.scopes)
    require_outlived(caller, body.expires_at)
    if body.expires_at is not None and body.expires_at <= change.at:
        raise RequestInvalid(Invalid(field="body.expires_at", reason="Give a time to come."))
    responder_id = ResponderId(body.responder_id) if body.responder_id else None
    key = new_key_for("key", change.identity.command_id)
    command = CreateApiKey(
        api_key_id=ApiKeyId(key.key_id),
        name=body.name,
        scopes=tuple(sorted(set(body.scopes))),
        responder_id=responder_id,
        secret_hash=key.secret_hash,
        expires_at=body.expires_at,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(api_key_decider, api_key_stream(command.api_key_id), command)
    answer = ApiKeyCreatedAnswer(
        api_key_id=command.api_key_id,
        name=command.name,
        scopes=command.scopes,
        responder_id=responder_id,
        expires_at=command.expires_at,
        key=None if handled.duplicate else key.text,
        position=handled.result.last_position,
    )
    return issued(answer, handled, f"/v1/api-keys/{command.api_key_id}")


@router.delete(
    "/v1/api-keys/{api_key_id}",
    dependencies=[requires(Permission.API_KEY_MANAGE)],
    response_model=Receipt,
)
async def revoke_api_key(api_key_id: Name, change: TheConfigurationChange) -> Response:
    """Make an API key useless, at once and for good."""
    stream = api_key_stream(ApiKeyId(api_key_id))
    command = RevokeApiKey(actor=change.actor, at=change.at)
    return await change.receipt(api_key_decider, stream, command)


def require_held(caller: Caller, scopes: tuple[ApiScope, ...]) -> None:
    """Refuse scopes that carry what the caller may not do.

    Raises: PermissionMissing.
    """
    missing = sorted(permissions_of(scopes) - caller.permissions)
    if missing:
        raise PermissionMissing(
            f"A key can only give what it has; it lacks {', '.join(missing)}.", missing=missing
        )


def require_outlived(caller: Caller, expires_at: datetime | None) -> None:
    """Refuse a key that would be good for longer than the one that makes it.

    Raises: RequestInvalid.
    """
    end = caller.expires_at
    if end is not None and (expires_at is None or expires_at > end):
        reason = f"A key lives no longer than the one that makes it: until {end.isoformat()}."
        raise RequestInvalid(Invalid(field="body.expires_at", reason=reason))
