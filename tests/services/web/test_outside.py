"""What the web app says to whoever is not signed in, and where there is no page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from httpx import ASGITransport, AsyncClient

from events.errors import LogUnavailable
from services.web.application import create_web, first_words, routes
from services.web.frame import HEADERS
from services.web.page import OpenRoute, Web
from services.web.session_cookie import PLAIN_NAME, written

TOKEN = bytes(range(32))


async def unreachable(*_arguments: Any, **_more: Any) -> None:
    raise LogUnavailable("PostgreSQL does not answer.")


@pytest.fixture
async def browser() -> AsyncIterator[AsyncClient]:
    """A browser, while PostgreSQL is away."""
    web = Web(
        api=cast("Any", None),
        log=cast("Any", None),
        sessions=cast("Any", SimpleNamespace(find=unreachable)),
        clock=lambda: datetime.now(UTC),
        secure=False,
    )
    transport = ASGITransport(create_web(web, cast("Any", None)))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as browser:
        yield browser


async def test_a_stranger_is_sent_to_the_sign_in_and_back(browser: AsyncClient) -> None:
    answer = await browser.get("/?severity=SEV1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Fseverity%3DSEV1"


async def test_while_the_log_is_away_a_page_says_so_and_when_to_try_again(
    browser: AsyncClient,
) -> None:
    browser.cookies.set(PLAIN_NAME, written(TOKEN))
    answer = await browser.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "What you pressed before counts." in answer.text


@pytest.mark.parametrize("address", ["/incidents/1/2/3/4", "/static/nothing.css", "/static/../x"])
async def test_where_there_is_no_page_the_board_is_one_press_away(
    browser: AsyncClient, address: str
) -> None:
    answer = await browser.get(address)
    assert answer.status_code == 404
    assert '<a class="button accent" href="/">' in answer.text


async def test_every_answer_has_the_headers_that_keep_others_out(browser: AsyncClient) -> None:
    for address in ("/", "/nowhere", "/static/base.css"):
        answer = await browser.get(address)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "cookie" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "cookie", ["", "x", "=", "é", written(TOKEN)[:-1], written(TOKEN) + "A", "A" * 5000]
)
async def test_a_cookie_that_is_none_of_ours_is_nobody(browser: AsyncClient, cookie: str) -> None:
    answer = await browser.get("/", headers=[(b"cookie", f"{PLAIN_NAME}={cookie}".encode())])
    assert answer.status_code == 303


async def test_a_file_that_has_its_hash_in_the_address_is_kept(browser: AsyncClient) -> None:
    kept = await browser.get("/static/base.css?v=1")
    assert "immutable" in kept.headers["cache-control"]


def test_no_page_stands_in_the_way_of_a_sender() -> None:
    doors = {"v1", "v2", "api", "jsm", "ping", "health", "metrics", "ack", "docs", "scim", "s"}
    assert not first_words() & doors


OPEN = {  # addresses for everybody
    "/first-admin/{token}",
    "/invitation/{token}",
    "/manifest.webmanifest",
    "/reset/{token}",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/forgotten",
    "/sign-in/passkey",
    "/sign-in/oidc/{provider}",
    "/sign-in/oidc/{provider}/callback",
    "/sign-in/oidc/{provider}/logout",
    "/worker.js",
}


def test_nobody_comes_in_where_the_list_does_not_say_so() -> None:
    assert {route.path for route in routes() if isinstance(route, OpenRoute)} == OPEN
    assert all(route.why for route in routes() if isinstance(route, OpenRoute))
