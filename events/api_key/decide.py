"""The rules of an API key: made once, revoked for good."""

from typing import assert_never

from events.api_key.commands import ApiKeyCommand, CreateApiKey, RevokeApiKey
from events.api_key.events import API_KEY_EVENTS, ApiKeyCreated, ApiKeyEvent, ApiKeyRevoked
from events.api_key.state import INITIAL, ApiKey, evolve
from events.decider import Decider
from events.errors import AlreadyExists, ApiKeyNotFound


def decide(command: ApiKeyCommand, key: ApiKey) -> list[ApiKeyEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case CreateApiKey():
            return create(command, key)
        case RevokeApiKey():
            return revoke(command, key)
        case _:
            assert_never(command)


def create(command: CreateApiKey, key: ApiKey) -> list[ApiKeyEvent]:
    """Make the key.

    Raises: AlreadyExists.
    """
    if key.api_key_id is not None:
        raise AlreadyExists(f"API key {key.api_key_id} already exists.")
    return [
        ApiKeyCreated(
            api_key_id=command.api_key_id,
            name=command.name,
            scopes=command.scopes,
            responder_id=command.responder_id,
            secret_hash=command.secret_hash,
            expires_at=command.expires_at,
            created_by=command.actor.name,
            created_at=command.at,
        )
    ]


def revoke(command: RevokeApiKey, key: ApiKey) -> list[ApiKeyEvent]:
    """Make the key useless.

    Raises: ApiKeyNotFound.
    """
    if key.api_key_id is None:
        raise ApiKeyNotFound("No such API key.")
    if key.revoked:
        return []
    return [
        ApiKeyRevoked(
            api_key_id=key.api_key_id,
            revoked_by=command.actor.name,
            revoked_at=command.at,
        )
    ]


api_key_decider: Decider[ApiKeyCommand, ApiKey, ApiKeyEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=API_KEY_EVENTS
)
