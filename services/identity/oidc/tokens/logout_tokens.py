"""Logout token: a provider says that a session there is over (OpenID Connect Back-Channel 1.0)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from services.identity.oidc.provider import Provider
from services.identity.oidc.tokens.signed_tokens import Claims, require_issued, signed, subject_in
from services.request_refusals import IdentityNotProven, LogoutTokenRefused

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
KINDS: Final = frozenset({"", "jwt", "logout+jwt", "application/logout+jwt"})
LONGEST_ID: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """What is over: one session there, or every one of a person."""

    issuer: str
    subject: str | None
    provider_session: str | None
    token_hash: bytes  # of its id: it counts once


async def logout_in(provider: Provider, token: str) -> Logout:
    """Return what the logout token ends.

    Raises: LogoutTokenRefused, IdentityProviderUnavailable.
    """
    try:
        said = await signed(provider, token)
        connection, claims = provider.connection, said.claims
        require_issued(claims, connection.issuer, connection.client_id, provider.clock())
        subject = subject_in(claims) if "sub" in claims else None
    except IdentityNotProven as refused:
        raise LogoutTokenRefused(refused.detail.partition(" Sign in anew")[0]) from None
    if said.kind not in KINDS or "nonce" in claims:
        raise LogoutTokenRefused("The token is no logout token.")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise LogoutTokenRefused("The token does not say that a session is over.")
    session = claims.get("sid")
    if session is not None and not isinstance(session, str):
        raise LogoutTokenRefused("The token does not say which session is over.")
    if subject is None and not session:
        raise LogoutTokenRefused("The token does not say whose session is over.")
    return Logout(
        issuer=connection.issuer,
        subject=subject,
        provider_session=session or None,
        token_hash=_once(connection.issuer, claims),
    )


def _once(issuer: str, claims: Claims) -> bytes:
    token_id = claims.get("jti")
    if not isinstance(token_id, str) or not 0 < len(token_id) <= LONGEST_ID:
        raise LogoutTokenRefused("The token has no id of its own.")
    return sha256(f"logout\0{issuer}\0{token_id}".encode()).digest()
