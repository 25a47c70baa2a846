"""Whose request it is behind our own proxies, whatever the visitor writes into its headers."""

from typing import Any

import pytest
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from services.front.proxies import TrustedProxies
from services.settings import Settings

PROXY = "10.0.0.7"
VISITOR = "203.0.113.77"
OURS = "10.0.0.0/28, 2001:db8::/32"


async def seen(
    *headers: tuple[str, str], peer: str | None = PROXY, trusted: str = OURS
) -> tuple[str | None, str]:
    """Return which address and which scheme an application is told."""
    found: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(scope)

    async def nothing(*_: Any) -> Any:
        raise AssertionError("nobody reads or writes")

    networks: Any = trusted  # as the environment has them: they are read
    config = Settings(trusted_proxies=networks)
    scope: Scope = {
        "type": "http",
        "scheme": "http",
        "client": (peer, 40_000) if peer else None,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    await TrustedProxies(app, config.trusted_proxies)(scope, nothing, nothing)
    client = found[0]["client"]
    return client[0] if client else None, found[0]["scheme"]


@pytest.mark.parametrize(
    ("said", "visitor"),
    [
        (VISITOR, VISITOR),
        (f"{VISITOR}:55001", VISITOR),
        ("[2001:db9::1]:443", "2001:db9::1"),
        (f"::ffff:{VISITOR}", VISITOR),
        (f"{VISITOR}, 10.0.0.9", VISITOR),  # two proxies of ours
        (f"198.51.100.1, {VISITOR}", VISITOR),  # the visitor wrote the first
        (f"10.0.0.9, {VISITOR}", VISITOR),  # and would be a proxy
        (f"127.0.0.1,{VISITOR}", VISITOR),
        ("10.0.0.9", "10.0.0.9"),  # somebody on the proxy itself
        (f"{VISITOR}, unknown", PROXY),
        (f"{VISITOR}, <script>", PROXY),
        (f"{VISITOR}, ", PROXY),
        ("", PROXY),
        (", ".join([VISITOR, *["10.0.0.9"] * 1000]), "10.0.0.9"),
    ],
)
async def test_behind_our_proxy_the_visitor_is_the_last_who_is_none_of_ours(
    said: str, visitor: str
) -> None:
    assert (await seen(("X-Forwarded-For", said)))[0] == visitor


async def test_a_visitors_own_header_before_that_of_the_proxy_says_nothing() -> None:
    spoofed = ("X-Forwarded-For", "198.51.100.1")
    assert (await seen(spoofed, ("X-Forwarded-For", VISITOR)))[0] == VISITOR


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Client-IP"])
@pytest.mark.parametrize("trusted", ["", OURS])
async def test_nobody_else_is_believed(header: str, trusted: str) -> None:
    said = [(header, f"for={VISITOR}" if header == "Forwarded" else VISITOR)]
    spoofed = [*said, ("X-Forwarded-Proto", "https")]
    assert await seen(*spoofed, peer="198.51.100.9", trusted=trusted) == ("198.51.100.9", "http")
    assert await seen(*spoofed, peer=None, trusted=trusted) == (None, "http")


@pytest.mark.parametrize(
    ("said", "scheme"),
    [("https", "https"), ("http", "http"), ("http, https", "https"), ("ftp", "http"), ("", "http")],
)
async def test_the_proxy_says_whether_it_was_reached_by_tls(said: str, scheme: str) -> None:
    assert (await seen(("X-Forwarded-Proto", said)))[1] == scheme


@pytest.mark.parametrize("wrong", ["*", "10.0.0.1/8", "proxy.example.org", "10.0.0.7 10.0.0.8"])
def test_a_setting_that_names_no_networks_is_an_error(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=wrong)
