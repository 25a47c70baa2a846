"""What can happen to an API key."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from events.ids import ApiKeyId, ResponderId


class ApiScope(StrEnum):
    """What a key may do."""

    ADMIN = "admin"  # everything, configuration and keys included
    RESPONDER = "responder"  # declare incidents and work on them
    OBSERVER = "observer"  # read incidents
    AUDITOR = "auditor"  # read everything, the raw log included; change nothing
    INGEST = "ingest"  # send alerts, nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCreated:
    """A key was made and shown once."""

    api_key_id: ApiKeyId
    name: str
    scopes: tuple[ApiScope, ...]
    responder_id: ResponderId | None  # whose key it is; such a key speaks for nobody else
    secret_hash: str  # hex SHA-256 of the key's secret part
    expires_at: datetime | None
    created_by: str
    created_at: datetime
    type: Literal["api_key.created"] = "api_key.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked:
    """The key opens nothing any more."""

    api_key_id: ApiKeyId
    revoked_by: str
    revoked_at: datetime
    type: Literal["api_key.revoked"] = "api_key.revoked"


type ApiKeyEvent = ApiKeyCreated | ApiKeyRevoked

API_KEY_EVENTS: tuple[type, ...] = (ApiKeyCreated, ApiKeyRevoked)
