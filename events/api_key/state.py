"""What a decision about an API key needs to know, folded from its events."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from events.api_key.events import ApiKeyCreated, ApiKeyEvent, ApiKeyRevoked, ApiScope
from events.ids import ApiKeyId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An API key as the rules, and the doorkeeper, see it."""

    api_key_id: ApiKeyId | None = None
    name: str = ""
    scopes: frozenset[ApiScope] = frozenset()
    responder_id: ResponderId | None = None
    secret_hash: str = ""
    expires_at: datetime | None = None
    revoked: bool = False

    def opens_at(self, now: datetime) -> bool:
        """Return whether the key is good at this time."""
        expired = self.expires_at is not None and now >= self.expires_at
        return self.api_key_id is not None and not self.revoked and not expired


INITIAL = ApiKey()


def evolve(key: ApiKey, event: ApiKeyEvent) -> ApiKey:
    """Return the key after the event; never refuses."""
    match event:
        case ApiKeyCreated():
            return ApiKey(
                api_key_id=event.api_key_id,
                name=event.name,
                scopes=frozenset(event.scopes),
                responder_id=event.responder_id,
                secret_hash=event.secret_hash,
                expires_at=event.expires_at,
            )
        case ApiKeyRevoked():
            return replace(key, revoked=True)
        case _:
            assert_never(event)
