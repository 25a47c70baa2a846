"""A key is made once, opens until it expires or is revoked, and never opens again."""

from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.configuration.api_key import (
    ApiKeyCreated,
    ApiKeyNotFound,
    ApiKeyRevoked,
    ApiScope,
    CreateApiKey,
    RevokeApiKey,
    api_key_decider,
)
from events.errors import AlreadyExists
from events.ids import ApiKeyId, ResponderId
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NEXT_YEAR = NOW + timedelta(days=365)
KEY = ApiKeyId("k1")
root = Actor(principal="api_key:root", is_admin=True)

create = CreateApiKey(
    api_key_id=KEY,
    name="Ana's laptop",
    scopes=(ApiScope.RESPONDER,),
    responder_id=ResponderId("ana"),
    secret_hash="ab" * 32,
    expires_at=NEXT_YEAR,
    actor=root,
    at=NOW,
)
created = ApiKeyCreated(
    api_key_id=KEY,
    name="Ana's laptop",
    scopes=(ApiScope.RESPONDER,),
    responder_id=ResponderId("ana"),
    secret_hash="ab" * 32,
    expires_at=NEXT_YEAR,
    created_by="api_key:root",
    created_at=NOW,
)
revoke = RevokeApiKey(actor=root, at=NOW)
revoked = ApiKeyRevoked(api_key_id=KEY, revoked_by="api_key:root", revoked_at=NOW)


def test_a_key_is_made() -> None:
    given().when(create).then(created)


def test_a_key_is_never_made_twice_because_its_secret_is_shown_once() -> None:
    given(created).when(create).refused(AlreadyExists, "API key k1 already exists")


def test_a_key_is_revoked_once() -> None:
    given(created).when(revoke).then(revoked)
    given(created, revoked).when(revoke).then_nothing()


def test_a_key_nobody_made_is_not_revoked() -> None:
    given().when(revoke).refused(ApiKeyNotFound, "No such API key")


def test_a_key_opens_from_its_making_until_it_expires() -> None:
    key = api_key_decider.fold([created])
    assert isinstance(key, ApiKeyCreated)
    assert key.opens_at(NOW)
    assert key.opens_at(NEXT_YEAR - timedelta(microseconds=1))
    assert not key.opens_at(NEXT_YEAR)


def test_a_revoked_key_opens_nothing() -> None:
    assert not isinstance(api_key_decider.fold([created, revoked]), ApiKeyCreated)


def test_a_key_nobody_made_opens_nothing() -> None:
    assert not isinstance(api_key_decider.initial, ApiKeyCreated)
