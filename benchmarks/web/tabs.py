"""Tabs: how soon a real browser shows something, on this machine and on a slow phone."""

import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from benchmarks.incidents.callers import CommandNotDone
from services.stack.stack import Stack
from services.web.session_cookie import PLAIN_NAME

OPENINGS: Final = 3 if "TOCSIN_BENCHMARK_SMALL" in os.environ else 20  # of a page, each anew
PATIENCE: Final = 30_000  # milliseconds
PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1440, "height": 900}
# A phone on a bad day: 300 ms there and back, 400 kbit/s, a fourth of this machine's processor.
SLOW_LINE: Final = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
SLOWER: Final = 4
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
ROW_AT: Final = "document.querySelector('li.row .title') && performance.now()"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run the browser of this machine.

    Raises: CommandNotDone.
    """
    path = os.environ.get("TOCSIN_CHROMIUM") or shutil.which("chromium")
    if path is None:
        raise CommandNotDone("there is no Chromium here; install it, or name it: TOCSIN_CHROMIUM")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playing:
        browser = await playing.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def tab(browser: Browser, stack: Stack, cookie: str, *, slow: bool) -> AsyncIterator[Page]:
    """Lend a tab of a browser that has nothing of ours yet but the session."""
    context = await browser.new_context(bypass_csp=True, viewport=PHONE if slow else DESK)  # type: ignore[arg-type]
    try:
        await _sign_in(context, stack, cookie)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        if slow:
            devtools = await context.new_cdp_session(page)
            await devtools.send("Network.enable")
            await devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
            await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        yield page
    finally:
        await context.close()


async def _sign_in(context: BrowserContext, stack: Stack, cookie: str) -> None:
    await context.add_cookies([{"name": PLAIN_NAME, "value": cookie, "url": stack.api_url}])


async def first_contents(browser: Browser, stack: Stack, cookie: str) -> list[float]:
    """Return when each of many openings of the board painted its first words.

    Units: milliseconds.
    """
    took = []
    for _ in range(OPENINGS):
        async with tab(browser, stack, cookie, slow=False) as page:
            await page.goto(stack.api_url)
            handle = await page.wait_for_function(PAINTED)
            took.append(float(await handle.json_value()))
    return took


async def first_rows(browser: Browser, stack: Stack, cookie: str) -> list[float]:
    """Return when each of many openings on a slow phone had the board's first row.

    Units: milliseconds.
    """
    took = []
    for _ in range(OPENINGS):
        async with tab(browser, stack, cookie, slow=True) as page:
            await page.goto(stack.api_url, wait_until="commit")
            handle = await page.wait_for_function(ROW_AT)
            took.append(float(await handle.json_value()))
    return took


async def presses(browser: Browser, stack: Stack, cookie: str) -> list[float]:
    """Return how long after each press "Acknowledged by" stood in the row.

    Units: milliseconds.
    """
    took = []
    async with tab(browser, stack, cookie, slow=False) as page:
        await page.goto(stack.api_url)
        for _ in range(OPENINGS):
            row = page.locator("li.row", has=page.locator("button.take")).first
            identity = await row.get_attribute("id")
            button = row.locator("button.take")
            await button.scroll_into_view_if_needed()
            began = time.perf_counter()
            await button.click(no_wait_after=True)
            held = page.locator(f"#{identity} .holder", has_text="Acknowledged by")
            await held.wait_for()
            took.append((time.perf_counter() - began) * 1000)
    return took
