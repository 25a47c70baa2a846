"""Callers for the tests: an API key in the log, with the scopes one asks for."""

from datetime import UTC, datetime
from uuid import uuid4

from events.actor import Actor
from events.configuration.api_key import ApiScope, CreateApiKey, api_key_decider
from events.handle import handle
from events.ids import ApiKeyId, ResponderId, api_key_stream
from events.log.recorded import Metadata
from events.log.store import Log
from services.access.secret_keys import new_key


async def holder_of(
    log: Log,
    *scopes: ApiScope,
    responder_id: ResponderId | None = None,
    expires_at: datetime | None = None,
) -> dict[str, str]:
    """Return the headers of a caller with these scopes."""
    key = new_key("key")
    command = CreateApiKey(
        api_key_id=ApiKeyId(key.key_id),
        name="a key of the tests",
        scopes=scopes,
        responder_id=responder_id,
        secret_hash=key.secret_hash,
        expires_at=expires_at,
        actor=Actor(principal="tests"),
        at=datetime.now(UTC),
    )
    await handle(
        log,
        api_key_decider,
        api_key_stream(command.api_key_id),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="tests"),
    )
    return {"Authorization": f"Bearer {key.text}"}
