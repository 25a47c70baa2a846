"""Session cookie: the token of a session in the browser, which only it and the server know."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from services.identity.sessions import TOKEN_BYTES

SECURE_NAME: Final = "__Host-tocsin"  # RFC 6265bis: for this host alone, and by TLS alone
PLAIN_NAME: Final = "tocsin"  # where there is no TLS: on this machine


def name_of(*, secure: bool) -> str:
    """Return the cookie's name; the one that needs TLS is not sent without it."""
    return SECURE_NAME if secure else PLAIN_NAME


def written(token: bytes) -> str:
    """Return a token as the cookie has it."""
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def token_in(cookies: Mapping[str, str], *, secure: bool) -> bytes | None:
    """Return the token that a browser shows, None if it shows none."""
    text = cookies.get(name_of(secure=secure), "")
    try:
        token = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def hand_out(answer: Response, token: bytes, *, secure: bool) -> None:
    """Give the browser the token of a session, for as long as it runs."""
    answer.set_cookie(
        name_of(secure=secure),
        written(token),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_back(answer: Response, *, secure: bool) -> None:
    """Have the browser forget the token."""
    answer.delete_cookie(
        name_of(secure=secure), path="/", secure=secure, httponly=True, samesite="lax"
    )
