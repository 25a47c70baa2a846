"""Trusted proxies: the visitor's address as our own reverse proxies tell it, and nobody else.

A header is written by whoever sends it. So only what a trusted proxy has added counts: from the end
of the list back to the first address that is none of ours.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from re import ASCII
from re import compile as compiled
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from services.settings import Networks

_PORT: Final = compiled(r":[0-9]{1,5}$", ASCII)
SCHEMES: Final = frozenset({"http", "https"})
MOST: Final = 20  # addresses of one request that are looked at, from the end


class TrustedProxies:
    """Trusted proxies before an application."""

    def __init__(self, app: ASGIApp, networks: Networks) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request as its visitor's."""
        peer = scope.get("client")
        if scope["type"] == "http" and peer and self._trusts(address_in(peer[0])):
            scope = {**scope, "client": (self._visitor(scope, peer[0]), 0)}
            scheme = [*_said(scope, b"x-forwarded-proto")][-1:]
            if scheme and scheme[0] in SCHEMES:
                scope["scheme"] = scheme[0]
        await self._app(scope, receive, send)

    def _visitor(self, scope: Scope, peer: str) -> str:
        """Return the last address that is no trusted proxy's; the proxy's own if it says none."""
        found = peer
        for said in reversed([*_said(scope, b"x-forwarded-for")][-MOST:]):
            address = address_in(said)
            if address is None:
                break  # it hides its client, or somebody wrote what is no address
            found = str(address)
            if not self._trusts(address):
                break
        return found

    def _trusts(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def address_in(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address without its port and brackets, None if it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = _PORT.sub("", text)
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _said(scope: Scope, name: bytes) -> Iterable[str]:
    lines = (value.decode("latin-1") for key, value in scope["headers"] if key == name)
    return (part.strip() for line in lines for part in line.split(","))
