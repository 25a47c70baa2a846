"""Pictures of every screen: `python -m tests.services.web.browser.pictures DIRECTORY [SCREEN …]`.

On a system of its own: phone and desk, light and dark, for a person to look at. With names of
screens, such as `board`, only these.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

import httpx
from playwright.async_api import Browser, Page, StorageState, ViewportSize, async_playwright

from services.stack.stack import Stack, running_stack
from services.web.pages.incidents.commands.table import BY_NOUN
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer, mail_server
from tests.services.web.browser.chromium import chromium
from tests.services.web.browser.conftest import DESK, PHONE
from tests.services.web.browser.lived_in import UNANSWERED, Company, settled
from tests.services.web.browser.test_every_screen import addresses

SIZES: Final[dict[str, ViewportSize]] = {"phone": PHONE, "desk": DESK}
LINK: Final = re.compile(r"https?://[^/\s]+(/ack/[\w.~-]+)")
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PASSWORD: Final = "a long walk by the sea"
STILL: Final = "*, ::before, ::after { animation: none !important; transition: none !important }"


async def become_admin(stack: Stack, browser: Browser) -> StorageState:
    """Come in by the link that `make up` prints."""
    assert stack.first_admin_url is not None
    context = await browser.new_context(base_url=stack.web_url)
    page = await context.new_page()
    await page.goto(stack.first_admin_url)
    await page.get_by_label("Your name").fill("Ada Lovelace")
    await page.get_by_label("Your id").fill("ada")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_label("The same again").fill(PASSWORD)
    await page.get_by_role("button", name="Become the first admin").click()
    await page.wait_for_url("**/")
    state = await context.storage_state()
    await context.close()
    return state


def screens(company: Company) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of every screen there is."""
    of_incident = f"/incidents/{company.known['reference']}/"
    forms = {of_incident + noun for noun in BY_NOUN} - {of_incident + "severity"}
    for address in dict.fromkeys(addresses(company.known)):
        if address not in forms:  # which look alike
            yield address.strip("/").replace("/", ".") or "board", address
    yield "acknowledgement", company.known["acknowledgement"]


async def take(page: Page, address: str, file: Path) -> None:
    """Take the picture of a screen, as tall as it is."""
    await page.goto(address)
    await page.add_style_tag(content=STILL)
    await page.screenshot(path=file, full_page=True)


async def every_picture(
    stack: Stack,
    browser: Browser,
    company: Company,
    state: StorageState,
    out: Path,
    wanted: Sequence[str] = (),
) -> None:
    for size, viewport in SIZES.items():
        for theme in THEMES:
            context = await browser.new_context(
                base_url=stack.web_url,
                viewport=viewport,
                color_scheme=theme,
                is_mobile=size == "phone",
                has_touch=size == "phone",
                storage_state=state,
                bypass_csp=True,  # for the style that holds everything still
            )
            page = await context.new_page()
            for name, address in screens(company):
                if not wanted or name in wanted:
                    await take(page, address, out / f"{name}-{size}-{theme}.png")
            await context.close()


async def acknowledgement(mail: MailServer, words: str) -> str:
    """Return the address in the first page that says this, once it is here."""

    async def look() -> str | None:
        texts = [str(body.get_content()) for one in mail.mails if (body := one.get_body())]
        found = [LINK.search(text) for text in texts if words in text]
        return found[0][1] if found and found[0] else None

    return await eventually(f"a page that says {words}", look)


async def main(out: Path, wanted: Sequence[str]) -> None:
    """Start a system, let a company work on it, and take every picture."""
    found = chromium()
    async with mail_server() as mail, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path, args=found.arguments, env=found.environment or None
        )
        with tempfile.TemporaryDirectory(prefix="tocsin-pictures-") as data:
            environment = {"TOCSIN_SMTP_PORT": str(mail.port)}
            async with running_stack(Path(data), environment=environment) as stack:
                state = await become_admin(stack, browser)
                key = {"authorization": f"Bearer {stack.api_key}"}
                async with httpx.AsyncClient(
                    base_url=stack.api_url, headers=key, timeout=30, trust_env=False
                ) as http:
                    company = await settled(http)
                company.known["acknowledgement"] = await acknowledgement(mail, UNANSWERED)
                await every_picture(stack, browser, company, state, out, wanted)
        await browser.close()


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(directory, sys.argv[2:]))
