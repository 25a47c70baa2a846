"""API key: its scopes, and the person it acts for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import issued_once
from events.errors import AlreadyExists, NotFound
from events.ids import ApiKeyId, ResponderId


class ApiKeyNotFound(NotFound):
    """There is no such API key."""


class ApiScope(StrEnum):
    """What an API key may do."""

    ADMIN = "admin"  # everything, configuration and keys included
    RESPONDER = "responder"  # declare incidents and work on them
    OBSERVER = "observer"  # read incidents
    AUDITOR = "auditor"  # read everything, the raw log included; change nothing
    INGEST = "ingest"  # send alerts, nothing else
    SCIM = "scim"  # keep people and groups as a directory has them, nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateApiKey:
    """Create an API key; it is shown once."""

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
    """Revoke the API key."""

    actor: Actor
    at: datetime


type ApiKeyCommand = CreateApiKey | RevokeApiKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCreated:
    """An API key was created, and shown once."""

    schema_version: ClassVar[int] = 2

    api_key_id: ApiKeyId
    name: str
    scopes: tuple[ApiScope, ...]
    responder_id: ResponderId | None  # whose key it is; such a key speaks for nobody else
    secret_hash: str  # hex SHA-256 of the key's secret part
    expires_at: datetime | None
    created_by: str
    created_at: datetime
    type: Literal["api_key.created"] = "api_key.created"

    def opens_at(self, now: datetime) -> bool:
        """Return whether the key, if nobody revoked it, is good at this time."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked:
    """The API key was revoked, and is refused from now on."""

    api_key_id: ApiKeyId
    revoked_by: str
    revoked_at: datetime
    type: Literal["api_key.revoked"] = "api_key.revoked"


api_key_decider = issued_once(
    CreateApiKey,
    ApiKeyCreated,
    RevokeApiKey,
    ApiKeyRevoked,
    exists=lambda create: AlreadyExists(f"API key {create.api_key_id} already exists."),
    missing=lambda: ApiKeyNotFound("No such API key."),
)

AGGREGATE = Aggregate(noun="api_key", id=ApiKeyId, decider=api_key_decider, commands=ApiKeyCommand)
