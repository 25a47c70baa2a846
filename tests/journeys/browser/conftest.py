"""People with browsers, before a whole system as `make up` starts it."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, StorageState, ViewportSize, expect

from services.stack.stack import Stack
from tests.eventually import LONG, eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team
from tests.services.web.browser.conftest import DESK, PHONE, Seen, playing

__all__ = ["DESK", "PHONE", "playing"]

PASSWORD: Final = "a long walk by the sea"
FIRST: Final = "lea"  # the first admin

PATIENCE: Final = LONG * 1000  # ms

expect.set_options(timeout=PATIENCE)


@dataclass(kw_only=True)
class Browsers:
    """Browsers of people; nothing may go wrong in them that nobody sees."""

    system: Stack
    mail: MailServer
    chromium: Browser
    team: Team
    seen: Seen
    open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def page(self, viewport: ViewportSize, **options: Any) -> Page:
        """Return a page of somebody who is not signed in."""
        context = await self.chromium.new_context(
            base_url=self.system.web_url, viewport=viewport, **options
        )
        self.open.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE)
        context.on("page", self.seen.watch)
        return await context.new_page()

    async def invited(self, who: str, role: str, viewport: ViewportSize = DESK) -> Page:
        """Invite a person, who comes in by the link in the mail."""
        body = {"email": f"{who}@example.com", "roles": [role]}
        await self.team.put(f"/v1/responders/{who}", {"name": who, "contact_methods": []})
        answer = await self.team.post(f"/v1/accounts/{who}/invitation", body)
        assert answer.is_success, answer.text
        page = await self.page(viewport)
        await page.goto(await self.link_to(who, "invitation"))
        await choose_password(page)
        await page.get_by_role("button", name="Come in").click()
        await page.wait_for_url("**/")
        return page

    async def link_to(self, who: str, what: str) -> str:
        """Return the newest link of a kind that was mailed to a person, once it is here."""
        link = re.compile(rf"https?://\S+/{what}/[\w.~-]+")

        async def look() -> str | None:
            for one in reversed(self.mail.mails):
                body = one.get_body(("plain",))
                if who in str(one["to"]) and body and (found := link.search(body.get_content())):
                    return found.group()
            return None

        return await eventually(f"a mail to {who} with a link", look)


async def choose_password(page: Page) -> None:
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("The same again").fill(PASSWORD)


@pytest.fixture(scope="session")
async def first_admin(system: Stack, playing: Browser) -> StorageState:
    """The browser of whoever opened the link that `make up` printed, signed in by it."""
    assert system.first_admin_url is not None
    context = await playing.new_context(base_url=system.web_url)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(system.first_admin_url)
    await page.get_by_label("Your name").fill("Lea Meier")
    await page.get_by_label("Your id").fill(FIRST)
    await choose_password(page)
    await page.get_by_role("button", name="Become the first admin").click()
    await page.wait_for_url("**/")
    state = await context.storage_state()
    await context.close()
    return state


@pytest.fixture
async def browsers(
    system: Stack, playing: Browser, mail: MailServer, team: Team
) -> AsyncIterator[Browsers]:
    """Browsers, and a team of the test's own."""
    seen = Seen(host=urlsplit(system.web_url).netloc)
    browsers = Browsers(system=system, mail=mail, chromium=playing, team=team, seen=seen)
    async with browsers.open:
        yield browsers
    assert not seen.unexpected
