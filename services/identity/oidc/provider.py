"""Identity provider: where it takes people, and by which keys it signs."""

import warnings
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc.errors import InvalidKeyIdError, JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, KeySet, RSAKey

from services.identity.oidc.asking import Asking
from services.identity.oidc.connection import Connection
from services.identity.oidc.remembered import Clock, Remembered

WELL_KNOWN: Final = "/.well-known/openid-configuration"
IN_HEADER: Final = "client_secret_basic"
IN_FORM: Final = "client_secret_post"
LEAST_RSA_BITS: Final = 2048
MOST_KEYS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a provider publishes of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    takes_secret: tuple[str, ...]  # how it may be proven who asks, in the order to try
    names_itself: bool  # in what it sends the browser back with


class Provider:
    """A provider as it is now: what it publishes is remembered for a while."""

    def __init__(self, connection: Connection, asking: Asking, clock: Clock) -> None:
        self.connection = connection
        self.asking = asking
        self.clock = clock
        self._metadata = Remembered(self._discovered, clock)
        self._keys = Remembered(self._published_keys, clock)

    async def metadata(self) -> Metadata:
        """Return what it publishes of itself.

        Raises: IdentityProviderUnavailable.
        """
        return await self._metadata.answer()

    async def keys(self) -> KeySet:
        """Return the keys it signs by.

        Raises: IdentityProviderUnavailable.
        """
        return await self._keys.answer()

    async def keys_newer_than(self, seen: KeySet) -> KeySet:
        """Return its keys after one was not among those seen; it is asked once a minute at most.

        Raises: IdentityProviderUnavailable.
        """
        return await self._keys.newer_than(seen)

    async def _discovered(self) -> Metadata:
        url = self.connection.issuer.rstrip("/") + WELL_KNOWN
        found = await self.asking.published(url)
        if found.get("issuer") != self.connection.issuer:
            raise self.asking.unavailable("issuer_differs")
        methods = found.get("token_endpoint_auth_methods_supported")
        listed = methods if isinstance(methods, list) else [IN_HEADER]
        return Metadata(
            issuer=self.connection.issuer,
            authorization_endpoint=self._address(found, "authorization_endpoint"),
            token_endpoint=self._address(found, "token_endpoint"),
            jwks_uri=self._address(found, "jwks_uri"),
            userinfo_endpoint=self._address_if_any(found, "userinfo_endpoint"),
            end_session_endpoint=self._address_if_any(found, "end_session_endpoint"),
            takes_secret=tuple(one for one in (IN_HEADER, IN_FORM) if one in listed),
            names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        )

    async def _published_keys(self) -> KeySet:
        metadata = await self._metadata.answer()
        published = (await self.asking.published(metadata.jwks_uri)).get("keys")
        if not isinstance(published, list):
            raise self.asking.unavailable("keys_unreadable")
        return KeySet([key for one in published[:MOST_KEYS] if (key := usable(one)) is not None])

    def _address(self, found: dict[str, Any], name: str) -> str:
        address = self._address_if_any(found, name)
        if address is None:
            raise self.asking.unavailable(f"{name}_missing")
        return address

    def _address_if_any(self, found: dict[str, Any], name: str) -> str | None:
        address = found.get(name)
        if address is None:
            return None
        schemes = ("https", "http") if self.connection.allow_private else ("https",)
        if not isinstance(address, str) or urlsplit(address).scheme not in schemes:
            raise self.asking.unavailable(f"{name}_not_https")
        return address


def usable(published: object) -> Key | None:
    """Return the public key that somebody may sign by, or None for any other."""
    if not isinstance(published, dict) or published.get("use", "sig") != "sig":
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # a short one is passed over below
            key = JWKRegistry.import_key(published)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= LEAST_RSA_BITS else None
    return key if isinstance(key, ECKey) else None


def is_unknown(fault: Exception) -> bool:
    """Return whether a token names a key that was not among those tried."""
    return isinstance(fault, InvalidKeyIdError)
