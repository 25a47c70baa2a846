"""Tokens of a provider: their signature, and the claims that every token makes."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64decode

from services.identity.oidc.provider import Provider, is_unknown
from services.request_refusals import BodyMalformed, IdentityNotProven
from services.strict_json import read_json

LONGEST: Final = 48_000  # bytes
LONGEST_HEADER: Final = 8_192  # some repeat their certificates in it
LONGEST_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2
SKEW: Final = timedelta(seconds=60)  # between their clock and ours
LONGEST_AGE: Final = timedelta(hours=1)

type Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a token says, certainly by the provider."""

    algorithm: str
    kind: str  # the header's typ, in lower case
    claims: Claims


class _Registry(jws.JWSRegistry):
    """Limits, for what strangers send."""

    max_header_length = LONGEST_HEADER
    max_payload_length = LONGEST


def not_proven(why: str) -> IdentityNotProven:
    """Return the refusal of a token: it says what is wrong with it, and repeats nothing."""
    return IdentityNotProven(f"{why} Sign in anew; if that does not help, tell an administrator.")


async def signed(provider: Provider, token: str) -> Signed:
    """Return what the token says, once its signature is by a key that the provider publishes.

    Which algorithms count, the connection says, and which keys, the provider's own address: never
    the token. An unknown key has the keys asked for anew, because providers change theirs.
    Raises: IdentityNotProven, IdentityProviderUnavailable.
    """
    if len(token) > LONGEST:
        raise not_proven("The token is too long.")
    keys = await provider.keys()
    algorithms = provider.connection.algorithms
    try:
        return _verified(token, keys, algorithms)
    except JoseError as fault:
        if not is_unknown(fault):
            raise not_proven("The token is not signed as agreed.") from None
    try:
        return _verified(token, await provider.keys_newer_than(keys), algorithms)
    except JoseError:
        raise not_proven("The token is not signed by a key of the provider.") from None


def _verified(token: str, keys: KeySet, algorithms: Iterable[str]) -> Signed:
    allowed = [str(algorithm) for algorithm in algorithms]
    registry = _Registry(algorithms=allowed, strict_check_header=False)
    try:
        read = jws.deserialize_compact(token, keys, registry=registry)
        header = read_json(urlsafe_b64decode(token.partition(".")[0].encode()))
        claims = read_json(read.payload)
    except (ValueError, TypeError, BodyMalformed):
        raise not_proven("The token cannot be read.") from None
    if not isinstance(claims, dict):
        raise not_proven("The token makes no claims.")
    kind = header.get("typ", "")
    return Signed(algorithm=header["alg"], kind=str(kind).lower(), claims=claims)


def require_issued(claims: Claims, issuer: str, client_id: str, now: datetime) -> None:
    """Return if the provider said it to us, a moment ago.

    Raises: IdentityNotProven.
    """
    if claims.get("iss") != issuer:
        raise not_proven("The token is by another issuer.")
    _require_audience(claims, client_id)
    at = now.timestamp()
    skew = SKEW.total_seconds()
    issued_at = number(claims, "iat")
    if issued_at > at + skew:
        raise not_proven("The token was issued in the future.")
    if issued_at < at - skew - LONGEST_AGE.total_seconds():
        raise not_proven("The token was issued long ago.")
    if "nbf" in claims and number(claims, "nbf") > at + skew:
        raise not_proven("The token is not good yet.")
    if "exp" in claims and number(claims, "exp") <= at - skew:
        raise not_proven("The token has expired.")


def _require_audience(claims: Claims, client_id: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        raise not_proven("The token is for another application.")
    if len(named) > 1 and "azp" not in claims:
        raise not_proven("The token is for several applications, and does not say which asked.")
    if claims.get("azp", client_id) != client_id:
        raise not_proven("The token was asked for by another application.")


def number(claims: Claims, name: str) -> float:
    """Return a claim that is a time.

    Raises: IdentityNotProven.
    """
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise not_proven(f"The token has no {name} that is a time.")
    return value


def subject_in(claims: Claims) -> str:
    """Return whom the token is about, as the provider calls them.

    Raises: IdentityNotProven.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise not_proven("The token does not say whom it is about.")
    return subject
