"""What the provider did not say, or not to us, or not now, lets nobody in."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.identity.oidc.tokens.identity_tokens import identity_claims
from services.identity.oidc.tokens.signed_tokens import LONGEST
from services.request_refusals import IdentityNotProven
from tests.identity_providers import ProviderClient
from tests.services.identity.oidc.arranging import (
    EXAMPLE,
    ISSUER,
    PaperProvider,
    encoded,
    rsa_key,
    signed_by,
    token,
)

GOOD = rsa_key("good")
FOREIGN = rsa_key("foreign")
IMPOSTOR = rsa_key("good")
SECRET = ProviderClient().client_secret.encode()
NONCE = "the nonce of this attempt"
ACCESS_TOKEN = "an access token"


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def half_hash(text: str) -> str:
    return encoded(hashlib.sha256(text.encode()).digest()[:16]).decode()


def claims(**changed: Any) -> dict[str, Any]:
    whole = {
        "iss": ISSUER,
        "sub": "grace",
        "aud": EXAMPLE.client_id,
        "exp": now() + 300,
        "iat": now(),
        "nonce": NONCE,
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def raw(text: str) -> bytes:
    """Return the good claims as JSON with this text in place of the member exp."""
    return json.dumps(claims(exp=...)).removesuffix("}").encode() + f", {text}}}".encode()


def unsigned(header: dict[str, Any], payload: dict[str, Any], signature: str = "") -> str:
    parts = (encoded(json.dumps(part).encode()).decode() for part in (header, payload))
    return ".".join((*parts, signature))


async def let_in(one: str, **changed: Any) -> object:
    paper = PaperProvider(keys=[GOOD.as_dict(private=False)])
    said = await identity_claims(
        paper.provider(**changed), one, nonce=NONCE, access_token=ACCESS_TOKEN
    )
    return said["sub"]


GOOD_ONES: dict[str, Callable[[], str]] = {
    "as most providers send it": lambda: token(GOOD, claims()),
    "for several applications, asked for by us": lambda: token(
        GOOD, claims(aud=[EXAMPLE.client_id, "another"], azp=EXAMPLE.client_id)
    ),
    "with one audience in a list": lambda: token(GOOD, claims(aud=[EXAMPLE.client_id])),
    "with the hash of its access token": lambda: token(
        GOOD, claims(at_hash=half_hash(ACCESS_TOKEN))
    ),
    "from a clock that is 50 seconds ahead": lambda: token(
        GOOD, claims(iat=now() + 50, nbf=now() + 50)
    ),
    "expired 50 seconds ago": lambda: token(GOOD, claims(exp=now() - 50)),
    "with times that have fractions": lambda: token(GOOD, claims(exp=now() + 300.5)),
    "without the name of its key": lambda: token(GOOD, claims(), kid=...),
    "with certificates in its header": lambda: token(GOOD, claims(), x5c=["MII" * 800]),
    "with another's key in its header, which nobody reads": lambda: token(
        GOOD, claims(), jwk=FOREIGN.as_dict(private=False)
    ),
}


@pytest.mark.parametrize("kind", GOOD_ONES)
async def test_a_token_that_the_provider_sent_us_says_who_signs_in(kind: str) -> None:
    assert await let_in(GOOD_ONES[kind]()) == "grace"


def changed_payload() -> str:
    head, _, signature = token(GOOD, claims()).split(".")
    return ".".join((head, token(GOOD, claims(sub="ola")).split(".")[1], signature))


def twice_in_the_header() -> str:
    header = b'{"alg": "none", "kid": "good", "alg": "RS256"}'
    return signed_by(GOOD, "RS256", header, json.dumps(claims()).encode())


PUBLIC_KEY = bytes(GOOD.as_pem(private=False))

HOSTILE: dict[str, Callable[[], str]] = {
    "alg none": lambda: unsigned({"alg": "none", "kid": "good"}, claims()),
    "alg none, in other letters": lambda: unsigned({"alg": "nOnE", "kid": "good"}, claims()),
    "alg none with a signature of something else": lambda: unsigned(
        {"alg": "none", "kid": "good"}, claims(), token(GOOD, b"{}").rpartition(".")[2]
    ),
    "no alg": lambda: unsigned({"kid": "good"}, claims()),
    "HS256 with the public key": lambda: token(PUBLIC_KEY, claims(), alg="HS256"),
    "HS256 with our client secret": lambda: token(SECRET, claims(), alg="HS256"),
    "PS256, which nobody agreed on": lambda: token(GOOD, claims(), alg="PS256"),
    "a key that nobody published": lambda: token(FOREIGN, claims()),
    "another's key under the name of a good one": lambda: token(IMPOSTOR, claims()),
    "its own key in the header": lambda: token(
        FOREIGN, claims(), jwk=FOREIGN.as_dict(private=False)
    ),
    "its own key in the header, under a good name": lambda: token(
        FOREIGN, claims(), kid="good", jwk=FOREIGN.as_dict(private=False)
    ),
    "an address of keys in the header": lambda: token(
        FOREIGN, claims(), jku="https://evil.example.com/jwks"
    ),
    "an address of certificates in the header": lambda: token(
        FOREIGN, claims(), x5u="https://evil.example.com/x5u"
    ),
    "a certificate in the header": lambda: token(FOREIGN, claims(), x5c=["MIIB"]),
    "an extension that we must understand": lambda: token(
        GOOD, claims(), crit=["urn:example:more"], **{"urn:example:more": True}
    ),
    "a payload that is not encoded": lambda: token(GOOD, claims(), crit=["b64"], b64=False),
    "a changed payload": changed_payload,
    "for another application": lambda: token(GOOD, claims(aud="another")),
    "for nobody": lambda: token(GOOD, claims(aud=...)),
    "for an object": lambda: token(GOOD, claims(aud={"client": EXAMPLE.client_id})),
    "for an application that begins like ours": lambda: token(
        GOOD, claims(aud=EXAMPLE.client_id + "x")
    ),
    "for several applications, without azp": lambda: token(
        GOOD, claims(aud=[EXAMPLE.client_id, "another"])
    ),
    "asked for by another application": lambda: token(GOOD, claims(azp="another")),
    "by another issuer": lambda: token(GOOD, claims(iss="https://evil.example.com")),
    "by an issuer with a slash more": lambda: token(GOOD, claims(iss=ISSUER + "/")),
    "by nobody": lambda: token(GOOD, claims(iss=...)),
    "exp NaN": lambda: token(GOOD, raw('"exp": NaN')),
    "exp Infinity": lambda: token(GOOD, raw('"exp": Infinity')),
    "exp 1e999": lambda: token(GOOD, raw('"exp": 1e999')),
    "exp beyond 64 bits": lambda: token(GOOD, raw(f'"exp": {2**80}')),
    "exp a text": lambda: token(GOOD, claims(exp=str(now() + 300))),
    "exp true": lambda: token(GOOD, claims(exp=True)),
    "exp null": lambda: token(GOOD, claims(exp=None)),
    "exp in a list": lambda: token(GOOD, claims(exp=[now() + 300])),
    "no exp": lambda: token(GOOD, claims(exp=...)),
    "expired": lambda: token(GOOD, claims(exp=now() - 70)),
    "nbf in the future": lambda: token(GOOD, claims(nbf=now() + 120)),
    "nbf a text": lambda: token(GOOD, claims(nbf="now")),
    "iat in the future": lambda: token(GOOD, claims(iat=now() + 120)),
    "iat of yesterday": lambda: token(GOOD, claims(iat=now() - 86_400)),
    "no iat": lambda: token(GOOD, claims(iat=...)),
    "no nonce": lambda: token(GOOD, claims(nonce=...)),
    "the nonce of another attempt": lambda: token(GOOD, claims(nonce="another")),
    "a nonce that is a list": lambda: token(GOOD, claims(nonce=[NONCE])),
    "the hash of another access token": lambda: token(GOOD, claims(at_hash=half_hash("another"))),
    "a hash that is a number": lambda: token(GOOD, claims(at_hash=1)),
    "about nobody": lambda: token(GOOD, claims(sub=...)),
    "about an empty name": lambda: token(GOOD, claims(sub="")),
    "about a number": lambda: token(GOOD, claims(sub=7)),
    "about a name of 300 letters": lambda: token(GOOD, claims(sub="g" * 300)),
    "a logout token": lambda: token(GOOD, claims(events={}), typ="logout+jwt"),
    "an access token": lambda: token(GOOD, claims(), typ="at+jwt"),
    "a list": lambda: token(GOOD, b"[]"),
    "a text": lambda: token(GOOD, b'"grace"'),
    "nothing": lambda: token(GOOD, b""),
    "not JSON": lambda: token(GOOD, b"grace"),
    "not UTF-8": lambda: token(GOOD, b'{"iss": "\xff"}'),
    "a member twice": lambda: token(GOOD, raw(f'"exp": {now() + 300}, "sub": "ola"')),
    "a header's member twice": twice_in_the_header,
    "nested without end": lambda: token(GOOD, b'{"a":' * 3_000 + b"1" + b"}" * 3_000),
    "too long": lambda: token(GOOD, claims(padding="x" * LONGEST)),
    "a header that is too long": lambda: token(GOOD, claims(), padding="x" * 10_000),
    "encrypted": lambda: "e30.e30.e30.e30.e30",
    "two parts": lambda: "e30.e30",
    "empty": lambda: "",
    "letters beyond ASCII": lambda: "é.é.é",
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_token_lets_nobody_in(kind: str) -> None:
    with pytest.raises(IdentityNotProven):
        await let_in(HOSTILE[kind]())
