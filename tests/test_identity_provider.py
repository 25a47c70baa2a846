"""The provider of the tests does what the tests of sign-in believe of it."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.identity_providers import Browser, IdentityProvider, ProviderClient

VERIFIER = "a-verifier-that-is-long-enough-for-RFC-7636-43-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()


def asked(provider: IdentityProvider, **more: str) -> str:
    query = {
        "client_id": "tocsin",
        "response_type": "code",
        "scope": "openid email groups",
        "redirect_uri": ProviderClient().redirect_uris[0],
        "state": "somewhere",
        "code_challenge": CHALLENGE.rstrip("="),
        "code_challenge_method": "S256",
    }
    return f"{provider.issuer}/auth?{urlencode({**query, **more})}"


async def keys_of(provider: IdentityProvider) -> set[str]:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{provider.issuer}/jwks")
    return {key["kid"] for key in answer.json()["keys"]}


async def test_the_provider_sends_whoever_signs_in_back_with_a_code(
    identity_provider: IdentityProvider,
) -> None:
    back = await Browser().sign_in(asked(identity_provider), "grace")
    answer = parse_qs(urlsplit(back).query)
    assert answer["state"] == ["somewhere"]
    assert answer["iss"] == [identity_provider.issuer]
    async with httpx.AsyncClient() as client:
        token = await client.post(
            f"{identity_provider.issuer}/token",
            data={
                "grant_type": "authorization_code",
                "code": answer["code"][0],
                "redirect_uri": ProviderClient().redirect_uris[0],
                "code_verifier": VERIFIER,
            },
            auth=("tocsin", "a+secret+of+the+tests%2C+long+enough+for+HS256+as+well"),
        )
    assert token.status_code == 200, token.text
    assert "id_token" in token.json()


async def test_the_provider_asks_for_a_proof_key(identity_provider: IdentityProvider) -> None:
    back = await Browser().sign_in(asked(identity_provider, code_challenge=""), "grace")
    assert parse_qs(urlsplit(back).query)["error"] == ["invalid_request"]


async def test_the_provider_changes_its_keys_when_a_test_says_so(
    identity_provider: IdentityProvider,
) -> None:
    before = await keys_of(identity_provider)
    await identity_provider.rotate_keys()
    assert before.isdisjoint(await keys_of(identity_provider))
