"""A provider changes its keys, and nobody makes us ask it all the time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from services.identity.oidc.provider import Provider, usable
from services.identity.oidc.tokens.signed_tokens import signed
from services.request_refusals import IdentityNotProven, IdentityProviderUnavailable
from tests.services.identity.oidc.arranging import Clock, PaperProvider, encoded, rsa_key, token

OLD, NEW, FOREIGN = rsa_key("old"), rsa_key("new"), rsa_key("foreign")


def published(*keys: RSAKey) -> list[Any]:
    return [key.as_dict(private=False) for key in keys]


async def says(provider: Provider, one: str) -> bool:
    try:
        await signed(provider, one)
    except IdentityNotProven:
        return False
    return True


async def test_a_key_that_is_not_known_yet_is_looked_for_at_once() -> None:
    paper = PaperProvider(keys=published(OLD))
    provider = paper.provider()
    assert await says(provider, token(OLD, b"{}"))
    paper.keys = published(NEW)
    assert await says(provider, token(NEW, b"{}"))
    assert not await says(provider, token(OLD, b"{}"))  # it was taken back


async def test_tokens_of_strangers_have_the_provider_asked_once_a_minute() -> None:
    clock = Clock()
    paper = PaperProvider(keys=published(OLD))
    provider = paper.provider(clock)
    for _ in range(20):
        assert not await says(provider, token(FOREIGN, b"{}"))
    assert paper.asked.count("/jwks") == 2
    assert await says(provider, token(OLD, b"{}"))
    clock.ahead = timedelta(seconds=61)
    assert not await says(provider, token(FOREIGN, b"{}"))
    assert paper.asked.count("/jwks") == 3


async def test_of_several_keys_one_must_be_named() -> None:
    provider = PaperProvider(keys=published(OLD, NEW)).provider()
    assert not await says(provider, token(NEW, b"{}", kid=...))


def short_key() -> dict[str, Any]:
    numbers = rsa.generate_private_key(65537, 1024).public_key().public_numbers()
    return {
        "kty": "RSA",
        "kid": "short",
        "e": "AQAB",
        "n": encoded(numbers.n.to_bytes(128)).decode(),
    }


USABLE = {
    "an RSA key": OLD.as_dict(private=False),
    "an elliptic curve's key": ECKey.generate_key("P-256").as_dict(private=False),
    "a key that does not say what it is for": {
        name: value for name, value in OLD.as_dict(private=False).items() if name != "use"
    },
}
USELESS: dict[str, object] = {
    "a key to encrypt with": {**OLD.as_dict(private=False), "use": "enc"},
    "a short key": short_key(),
    "a secret": OctKey.generate_key(256).as_dict(),
    "a key of a kind that nobody agreed on": OKPKey.generate_key("Ed25519").as_dict(private=False),
    "a kind that nobody knows": {"kty": "ML-DSA"},
    "half a key": {"kty": "RSA", "n": "AQAB"},
    "a number": {"kty": "RSA", "n": 7, "e": []},
    "a text": "RSA",
}


@pytest.mark.parametrize("kind", USABLE)
def test_a_public_key_is_usable(kind: str) -> None:
    assert usable(USABLE[kind]) is not None


@pytest.mark.parametrize("kind", USELESS)
def test_any_other_key_is_passed_over(kind: str) -> None:
    assert usable(USELESS[kind]) is None


async def test_one_useless_key_does_not_spoil_the_others() -> None:
    provider = PaperProvider(keys=[*USELESS.values(), *published(OLD)]).provider()
    assert await says(provider, token(OLD, b"{}"))


@pytest.mark.parametrize("keys", [None, {}, "RSA", 7])
async def test_keys_that_are_no_list_are_the_providers_fault(keys: Any) -> None:
    provider = PaperProvider(keys=keys).provider()
    with pytest.raises(IdentityProviderUnavailable):
        await provider.keys()


async def test_a_key_is_good_for_its_own_algorithms_only() -> None:
    """An elliptic curve's key, where RS256 is agreed on."""
    curve = ECKey.generate_key("P-256", {"kid": "good"}, auto_kid=False)
    provider = PaperProvider(keys=[curve.as_dict(private=False)]).provider()
    now = int(datetime.now(UTC).timestamp())
    payload = json.dumps({"iat": now}).encode()
    assert not await says(provider, token(rsa_key("good"), payload))
    assert not await says(provider, token(rsa_key("good"), payload, kid=...))
