"""Exchange: the code a browser brought back becomes what the provider says of the person."""

import base64
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_token_request

from services.identity.oidc.provider import IN_FORM, IN_HEADER, Metadata, Provider
from services.identity.oidc.round_trips import RoundTrip
from services.identity.oidc.tokens.identity_tokens import identity_claims
from services.identity.oidc.tokens.signed_tokens import Claims, not_proven
from services.request_refusals import IdentityProviderRefused

_NOT_US: Final = "invalid_client"
_OUR_FAULT: Final = frozenset({_NOT_US, "unauthorized_client"})

type Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a code was exchanged for."""

    id_token: str = field(repr=False)
    access_token: str | None = field(repr=False)


async def exchanged(provider: Provider, code: str, trip: RoundTrip, redirect_uri: str) -> Tokens:
    """Return the tokens for the code; a code is good once, and for whoever began the round trip.

    Raises: IdentityNotProven, IdentityProviderRefused, IdentityProviderUnavailable.
    """
    metadata = await provider.metadata()
    said: dict[str, Any] = {}
    for headers, fields in _credentials(provider, metadata):
        form = prepare_token_request(
            "authorization_code",
            redirect_uri=redirect_uri,
            code=code,
            code_verifier=trip.verifier,
            **fields,
        )
        answer = await provider.asking.posted(metadata.token_endpoint, headers, form)
        said = provider.asking.members(answer)
        if answer.status == HTTPStatus.OK:
            return _tokens(said)
        if said.get("error") != _NOT_US:  # a code is not used up by whoever is not believed
            break
    raise _refused(provider, said.get("error"))


def _tokens(said: dict[str, Any]) -> Tokens:
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(id_token, str):
        raise not_proven("The provider sent no identity token.")
    return Tokens(
        id_token=id_token, access_token=access_token if isinstance(access_token, str) else None
    )


def _credentials(provider: Provider, metadata: Metadata) -> list[tuple[Fields, Fields]]:
    """Return by which headers and fields we prove who asks, in the order to try.

    Providers disagree about letters that RFC 6749, section 2.3.1, has encoded in the header, and
    some take a secret in one place only, whatever they publish.
    """
    client_id, secret = provider.connection.client_id, provider.connection.client_secret
    if secret is None:
        return [({}, {"client_id": client_id})]
    text = secret.get_secret_value()
    pair = f"{quote_plus(client_id)}:{quote_plus(text)}"
    ways: dict[str, tuple[Fields, Fields]] = {
        IN_HEADER: ({"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, {}),
        IN_FORM: ({}, {"client_id": client_id, "client_secret": text}),
    }
    return [ways[method] for method in metadata.takes_secret or (IN_HEADER,)]


def _refused(provider: Provider, code: object) -> Exception:
    if code in _OUR_FAULT:
        return IdentityProviderRefused(
            f"{provider.connection.label} does not accept Tocsin's client id or secret"
            f" ({code}): an administrator has to correct the connection.",
            code=code,
        )
    return not_proven("The provider does not know the code: it was used, or is too old.")


async def whole_claims(provider: Provider, tokens: Tokens, trip: RoundTrip) -> Claims:
    """Return all that the provider says of the person: many keep groups out of identity tokens.

    Raises: IdentityNotProven, IdentityProviderUnavailable.
    """
    claims = await identity_claims(
        provider, tokens.id_token, nonce=trip.nonce, access_token=tokens.access_token
    )
    address = (await provider.metadata()).userinfo_endpoint
    wanted = {"email", provider.connection.groups_claim}
    if wanted <= claims.keys() or address is None or tokens.access_token is None:
        return claims
    more = await _user_info(provider, address, tokens.access_token)
    if more.get("sub") != claims["sub"]:  # the same person, or somebody swapped the access token
        raise not_proven("The provider describes another person.")
    return {**_fitting(more, claims), **claims}


def _fitting(more: Claims, claims: Claims) -> Claims:
    """Return what adds to the claims: whether an address is verified, said of another, is left."""
    if "email" not in claims or more.get("email") == claims["email"]:
        return more
    return {name: value for name, value in more.items() if name != "email_verified"}


async def _user_info(provider: Provider, address: str, access_token: str) -> dict[str, Any]:
    answer = await provider.asking.got(address, {"Authorization": f"Bearer {access_token}"})
    return provider.asking.members(answer)
