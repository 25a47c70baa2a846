"""Identity token: the provider's word on who has just signed in.

Source: OpenID Connect Core 1.0, section 3.1.3.7.
"""

import hmac
from typing import Final

from authlib.oidc.core.util import create_half_hash

from services.identity.oidc.provider import Provider
from services.identity.oidc.tokens.signed_tokens import (
    Claims,
    not_proven,
    number,
    require_issued,
    signed,
    subject_in,
)

OTHER_KINDS: Final = frozenset({"logout+jwt", "at+jwt", "application/at+jwt"})


async def identity_claims(
    provider: Provider, token: str, *, nonce: str, access_token: str | None
) -> Claims:
    """Return what the token claims, if it answers the question with this nonce, and no other.

    Raises: IdentityNotProven, IdentityProviderUnavailable.
    """
    said = await signed(provider, token)
    claims = said.claims
    if said.kind in OTHER_KINDS or "events" in claims:
        raise not_proven("The token is no identity token.")
    connection = provider.connection
    require_issued(claims, connection.issuer, connection.client_id, provider.clock())
    number(claims, "exp")
    subject_in(claims)
    if not _is(claims.get("nonce"), nonce):
        raise not_proven("The token answers another sign-in.")
    if "at_hash" in claims and not _is_hash(claims["at_hash"], access_token, said.algorithm):
        raise not_proven("The token belongs to another access token.")
    return claims


def _is(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected.encode())


def _is_hash(said: object, access_token: str | None, algorithm: str) -> bool:
    if access_token is None:
        return False
    expected = create_half_hash(access_token, algorithm)
    return expected is not None and _is(said, expected.decode())
