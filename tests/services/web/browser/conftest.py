"""Browsers: real tabs of people who are signed in, and what goes wrong in them unseen."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser as Playing
from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    async_playwright,
)

from events.configuration.api_key import ApiScope
from services.web.session_cookie import PLAIN_NAME, written
from tests.services.web.browser.chromium import chromium
from tests.services.web.conftest import Site
from tests.services.web.serving import Served, served

SECONDS = 20_000  # ms, on a machine with other work
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


@dataclass(kw_only=True)
class Seen:
    """What a page did that nobody looking at it would notice."""

    host: str
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)  # of a test that takes the server away

    def watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"{message.location.get('url')}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.wrong.append(f"{request.url} was asked for")

    @property
    def unexpected(self) -> list[str]:
        return [one for one in self.wrong if not any(known in one for known in self.expected)]


@dataclass(kw_only=True)
class Screens:
    """Screens of the served site, as people have them in front of them."""

    served: Served
    chromium: Playing
    seen: Seen
    open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def site(self) -> Site:
        return self.served.site

    async def context(self, person: str, *roles: ApiScope, **options: Any) -> BrowserContext:
        """Sign a person in, in a browser of their own."""
        browser = await self.site.browser_of(person, *roles)
        options.setdefault("viewport", DESK)
        context = await self.chromium.new_context(base_url=self.served.url, **options)
        self.open.push_async_callback(context.close)
        context.set_default_timeout(SECONDS)
        context.on("page", self.seen.watch)
        await context.add_cookies(
            [{"name": PLAIN_NAME, "value": written(browser.token), "url": self.served.url}]
        )
        return context

    async def tab(self, person: str, address: str = "/", *roles: ApiScope, **options: Any) -> Page:
        """Open a page in front of a person."""
        context = await self.context(person, *roles, **options)
        page = await context.new_page()
        await page.goto(address)
        return page


@pytest.fixture(scope="session")
async def playing() -> AsyncIterator[Playing]:
    """One browser for all of these tests."""
    found = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path,
            args=found.arguments,
            env=found.environment or None,
            timeout=3 * SECONDS,  # it may be the first time that it is started here
        )
        yield browser
        await browser.close()


@pytest.fixture
async def screens(site: Site, playing: Playing) -> AsyncIterator[Screens]:
    """The site in browsers. Nothing may go wrong in them that nobody sees."""
    async with served(site) as running:
        seen = Seen(host=urlsplit(running.url).netloc)
        screens = Screens(served=running, chromium=playing, seen=seen)
        async with screens.open:
            yield screens
    assert not seen.unexpected
