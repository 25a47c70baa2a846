"""What may be asked of an API key."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.api_key.events import ApiScope
from events.ids import ApiKeyId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    """Make a key."""

    api_key_id: ApiKeyId
    name: str
    scopes: tuple[ApiScope, ...]
    responder_id: ResponderId | None
    secret_hash: str
    expires_at: datetime | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey:
    """Make the key useless."""

    actor: Actor
    at: datetime


type ApiKeyCommand = CreateApiKey | RevokeApiKey
