"""Sign-out at a provider: the browser goes there once more, to end the session that is there."""

from urllib.parse import urlencode, urlsplit

from services.identity.oidc.provider import Provider


async def way_out(provider: Provider, *, back_to: str, id_token: str | None) -> str | None:
    """Return where the browser ends the provider's session, None if the provider offers no way.

    Source: OpenID Connect RP-Initiated Logout 1.0.
    Raises: IdentityProviderUnavailable.
    """
    address = (await provider.metadata()).end_session_endpoint
    if address is None:
        return None
    asked = {"client_id": provider.connection.client_id, "post_logout_redirect_uri": back_to}
    if id_token is not None:
        asked["id_token_hint"] = id_token
    separator = "&" if urlsplit(address).query else "?"
    return f"{address}{separator}{urlencode(asked)}"
