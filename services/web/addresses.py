"""Addresses: of the web app's own pages, and what may be gone to from outside."""

import re
from typing import Final

SIGN_IN: Final = "/sign-in"
_OURS: Final = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")  # no backslash: browsers read it as /


def ours(address: str | None) -> str | None:
    """Return a path of ours, None for whatever else stands in an address."""
    return address if address and _OURS.fullmatch(address) else None
