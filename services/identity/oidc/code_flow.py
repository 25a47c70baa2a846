"""Code flow: out to a provider with a question, back with an answer to it."""

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.identity.oidc.exchange import exchanged, whole_claims
from services.identity.oidc.identity import ProvenIdentity, proven
from services.identity.oidc.provider import Metadata, Provider
from services.identity.oidc.round_trips import LIFETIME, RoundTrip, Sealer, cookie_of, new_trip
from services.identity.oidc.tokens.signed_tokens import not_proven
from services.request_refusals import IdentityProviderRefused, SignInNotBegun

DEADLINE: Final = timedelta(seconds=10)  # for everything that the provider is asked
LONGEST_CODE: Final = 8_192
COOKIE_SECONDS: Final = int(LIFETIME.total_seconds())
_DOWN: Final = frozenset({"server_error", "temporarily_unavailable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where the browser goes, and what it carries meanwhile."""

    url: str
    cookie: str
    sealed: str


async def depart(
    provider: Provider,
    sealer: Sealer,
    *,
    redirect_uri: str,
    destination: str,
    session_id: str | None = None,
) -> Departure:
    """Return the way to the provider, for a browser that comes back to the redirect URI.

    Raises: IdentityProviderUnavailable.
    """
    metadata = await provider.metadata()
    connection = provider.connection
    trip = new_trip(connection.name, destination, provider.clock(), session_id)
    url = prepare_grant_uri(
        metadata.authorization_endpoint,
        connection.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=" ".join(connection.scopes),
        state=trip.state,
        nonce=trip.nonce,
        code_challenge=create_s256_code_challenge(trip.verifier),
        code_challenge_method="S256",
    )
    return Departure(url=url, cookie=trip.cookie, sealed=sealer.sealed(trip))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Who came back, and from which round trip."""

    identity: ProvenIdentity
    trip: RoundTrip


async def arrive(
    provider: Provider,
    sealer: Sealer,
    *,
    redirect_uri: str,
    query: Mapping[str, str],
    cookies: Mapping[str, str],
) -> Arrival:
    """Return who came back from the provider, proven.

    Raises: SignInNotBegun, IdentityNotProven, IdentityNotAdmitted, IdentityProviderRefused,
    IdentityProviderUnavailable.
    """
    state = query.get("state", "")
    sealed = cookies.get(cookie_of(state))
    if not state or sealed is None:
        raise SignInNotBegun("This sign-in was not begun in this browser: begin anew.")
    trip = sealer.opened(sealed, provider.connection.name, state, provider.clock())
    try:
        async with asyncio.timeout(DEADLINE.total_seconds()):
            return await _arrived(provider, trip, redirect_uri, query)
    except TimeoutError:
        raise provider.asking.unavailable("timeout") from None


async def _arrived(
    provider: Provider, trip: RoundTrip, redirect_uri: str, query: Mapping[str, str]
) -> Arrival:
    _require_its_own(await provider.metadata(), query.get("iss"))
    if (error := query.get("error")) is not None:
        raise _refused(provider, error)
    code = query.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise not_proven("The provider sent no code.")
    tokens = await exchanged(provider, code, trip, redirect_uri)
    claims = await whole_claims(provider, tokens, trip)
    return Arrival(identity=proven(provider.connection, claims, tokens.id_token), trip=trip)


def _require_its_own(metadata: Metadata, issuer: str | None) -> None:
    """Return if the browser comes from this provider and from no other (RFC 9207)."""
    if issuer is None and not metadata.names_itself:
        return
    if not hmac.compare_digest((issuer or "").encode(errors="replace"), metadata.issuer.encode()):
        raise not_proven("The answer is another provider's.")


def _refused(provider: Provider, error: str) -> Exception:
    if error in _DOWN:
        return provider.asking.unavailable(error)
    return IdentityProviderRefused(
        f"{provider.connection.label} did not let you sign in. Ask whoever runs it to assign you"
        " to Tocsin, or begin anew with another account of yours."
    )
