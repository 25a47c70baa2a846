"""Clients: what is kept of where a request came from, and no more."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from events.values.plain_text import one_line

LONGEST_USER_AGENT: Final = 200  # characters
IPV4_PREFIX: Final = 24
IPV6_PREFIX: Final = 48  # what one customer of a provider has at most, as a rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A browser, as far as a person needs to recognise their own."""

    user_agent: str | None = None
    address_prefix: str | None = None

    @classmethod
    def of(cls, user_agent: str | None, address: str | None) -> "Client":
        """Return what is kept of a request's header and address."""
        named = one_line(user_agent or "")[:LONGEST_USER_AGENT].strip()
        return cls(user_agent=named or None, address_prefix=prefix_of(address))


def prefix_of(address: str | None) -> str | None:
    """Return the network of an address; None if it is none."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    length = IPV6_PREFIX if isinstance(found, IPv6Address) else IPV4_PREFIX
    return str(ip_network(f"{found}/{length}", strict=False))
