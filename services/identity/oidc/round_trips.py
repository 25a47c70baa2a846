"""Round trip: what a browser carries from its way out to the provider until it comes back.

It is sealed in a cookie of that browser alone, so nothing is kept for those who never come back,
and nobody can finish in one browser what was begun in another.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from services.request_refusals import SignInNotBegun

LIFETIME: Final = timedelta(minutes=10)
COOKIE: Final = "tocsin-sign-in-"  # and the start of the state's digest: tabs do not disturb others
_CONTEXT: Final = b"tocsin sign-in through a provider 1\0"
_NONCE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """One person's way through one provider."""

    connection: str
    state: str
    nonce: str
    verifier: str  # of PKCE
    destination: str  # a path of ours
    began_at: float
    session_id: str | None = None  # who is signed in already, and links the identity

    @property
    def cookie(self) -> str:
        """Return the name of the cookie that carries it."""
        return cookie_of(self.state)


def cookie_of(state: str) -> str:
    """Return the name of the cookie that carries the round trip with this state."""
    return COOKIE + hashlib.sha256(state.encode(errors="replace")).hexdigest()[:12]


def new_trip(
    connection: str, destination: str, now: datetime, session_id: str | None = None
) -> RoundTrip:
    """Return a round trip that nobody can guess."""
    return RoundTrip(
        connection=connection,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64),
        destination=destination,
        began_at=now.timestamp(),
        session_id=session_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Souvenir:
    """What a browser keeps of a provider while it is signed in, to sign out there, too."""

    connection: str
    id_token: str


class Sealer:
    """Seals what a browser carries, and opens what this installation sealed."""

    def __init__(self, key: SecretStr) -> None:
        self._cipher = AESGCM(hmac.digest(key.get_secret_value().encode(), _CONTEXT, "sha256"))

    def sealed(self, carried: RoundTrip | Souvenir) -> str:
        """Return it as a cookie carries it."""
        nonce = os.urandom(_NONCE)
        text = json.dumps(asdict(carried)).encode()
        sealed = nonce + self._cipher.encrypt(nonce, text, type(carried).__name__.encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def opened(self, sealed: str, connection: str, state: str, now: datetime) -> RoundTrip:
        """Return the round trip that the browser carries for this state and provider.

        Raises: SignInNotBegun.
        """
        trip = self._opened(sealed, RoundTrip)
        if trip is None:
            raise _not_begun()
        same = hmac.compare_digest(trip.state.encode(), state.encode(errors="replace"))
        age = now - datetime.fromtimestamp(trip.began_at, UTC)
        if not same or trip.connection != connection or age > LIFETIME:
            raise _not_begun()
        return trip

    def souvenir(self, sealed: str) -> Souvenir | None:
        """Return what the browser keeps of a provider, None if it is nothing of ours."""
        return self._opened(sealed, Souvenir)

    def _opened[Carried](self, sealed: str, kind: type[Carried]) -> Carried | None:
        try:
            raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            text = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], kind.__name__.encode())
        except (InvalidTag, binascii.Error, ValueError):
            return None
        return kind(**json.loads(text))


def _not_begun() -> SignInNotBegun:
    return SignInNotBegun(
        "This sign-in was not begun in this browser, or more than ten minutes ago: begin anew."
    )
