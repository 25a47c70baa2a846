"""SSRF guard: the network addresses Tocsin may call when somebody else chose the receiver."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

type Network = IPv4Network | IPv6Network

PRIVATE: Final[tuple[Network, ...]] = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
GLOBAL_UNICAST: Final = ip_network("2000::/3")  # all other IPv6 is local, multicast or translated
PORTS: Final = frozenset({80, 443, *range(1024, 65_536)})  # others belong to other protocols
TUNNELS: Final = (ip_network("2001::/32"), ip_network("2002::/16"))  # Teredo, 6to4: hold an IPv4


def is_allowed(address: str, *, allow_private: bool) -> bool:
    """Return whether the address may be called.

    Link-local addresses, and with them the metadata services of clouds, are never allowed.
    Source: CPython's `is_global` says yes to NAT64, multicast and site-local addresses.
    """
    ip = _plain(ip_address(address))
    return _is_public(ip) or (allow_private and any(ip in network for network in PRIVATE))


def _plain(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that is really called when one is written as IPv6."""
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return mapped or ip


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast:
        return False
    if isinstance(ip, IPv4Address):
        return True
    return ip in GLOBAL_UNICAST and not any(ip in tunnel for tunnel in TUNNELS)
