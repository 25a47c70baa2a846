"""Of where a request came from, enough is kept to recognise one's own, and no more."""

import pytest

from services.identity.clients import Client, prefix_of


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_kept_as_its_network(address: str | None, prefix: str | None) -> None:
    assert prefix_of(address) == prefix


def test_a_browser_is_one_short_line() -> None:
    client = Client.of("Mozilla/5.0\r\n(X11)" + "x" * 500, None)
    assert client.user_agent is not None
    assert client.user_agent.startswith("Mozilla/5.0")
    assert "\n" not in client.user_agent
    assert len(client.user_agent) == 200
    assert Client.of("  ", None).user_agent is None
