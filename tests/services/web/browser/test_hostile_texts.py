"""Markup in every text, on every screen, in e-mails and in print: it is read, and does nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from playwright.async_api import Page

from activities.delivery.message import Action, Section
from events.configuration.api_key import ApiScope
from services.web.pages.incidents.commands.table import COMMANDS
from tests.activities.channels.test_email import part, sender
from tests.activities.sample import MESSAGE, email
from tests.fakes.mail_server import mail_server
from tests.services.web.browser.conftest import Screens
from tests.services.web.browser.hostile import EVIL, ID, LINE, MARKDOWN, SHORT, write_everywhere
from tests.services.web.browser.test_every_screen import addresses

pytestmark = pytest.mark.stack

# Whatever ran says so where the browsers of these tests listen.
TRAP: Final = "window.stolen = () => console.error('a text was run')"
MADE: Final = f"""() => [...document.querySelectorAll(
  'script:not([src]), iframe, base, meta[http-equiv], img:not([src^="/"]), svg:not([class]), ' +
  '[onload], [onerror], [onclick], a[href^="javascript:"], [src*="{EVIL}"], [action*="{EVIL}"], ' +
  'b[hidden]'
)].map(one => one.outerHTML.slice(0, 200))"""
READ_AT: Final = {  # these at least are full of it
    *("/", "/incidents", "/on-call", "/services", "/policies", "/alerts", "/alerts/rules"),
    *("/settings/teams", "/settings/people", "/settings/incident-types", "/settings/api-keys"),
    *("/settings/integrations", "/actions", "/declare", "/pages", "/jump?q=script"),
    *(f"/{noun}/{ID}" for noun in ("services", "on-call", "policies")),
    *(f"/{noun}/{ID}/edit" for noun in ("services", "on-call", "policies")),
}
OF_INCIDENT: Final = {
    *("", "/notes", "/timeline", "/updates", "/record", "/postmortem", "/severity"),
}
ONE_FORM: Final = {"severity", "checklist/tick"}  # stand for those that are made as they are


def to_look_at(known: dict[str, str]) -> Iterator[str]:
    """Yield the address of every screen."""
    alike = {f"/incidents/{known['reference']}/{one.noun}" for one in COMMANDS}
    kept = {f"/incidents/{known['reference']}/{noun}" for noun in ONE_FORM}
    return (one for one in addresses(known) if one not in alike - kept)


async def test_markup_in_every_text_is_read_on_every_screen_and_runs_on_none(
    screens: Screens,
) -> None:
    context = await screens.context(ID, ApiScope.ADMIN, ApiScope.RESPONDER)
    await context.add_init_script(TRAP)
    page = await context.new_page()
    listen(page, screens)
    known = await write_everywhere(screens.site)
    at = f"/incidents/{known['reference']}"
    to_read = READ_AT | {f"{at}{part}" for part in OF_INCIDENT}
    wrong: list[str] = []
    for address in {*to_look_at(known), *to_read}:
        await page.goto(address)
        text = await page.evaluate("document.documentElement.textContent")
        if SHORT not in text and address in to_read:
            wrong.append(f"{address}: the text cannot be read")
        if "</script>49" in text or "$49" in text:
            wrong.append(f"{address}: a text was calculated")
        wrong += [f"{address}: {made}" for made in await page.evaluate(MADE)]
    assert not wrong, "\n".join(wrong)
    for noun in ("", "/postmortem"):
        await page.goto(f"/incidents/{known['reference']}{noun}")
        assert await page.pdf()


def listen(page: Page, screens: Screens) -> None:
    """Take a dialog for what it is: somebody's text was run."""
    page.on("dialog", lambda dialog: screens.seen.wrong.append(f"{page.url}: {dialog.message}"))


async def test_markup_in_every_text_of_a_mail_is_read_and_runs_in_no_mail_program(
    screens: Screens,
) -> None:
    hostile = replace(
        MESSAGE,
        headline=LINE,
        title=LINE,
        badge=SHORT,
        reference=SHORT,
        footer=MARKDOWN,
        sections=(Section(title=LINE, text=MARKDOWN), Section(title="", text=MARKDOWN)),
        actions=(Action(name=LINE, url=f'https://tocsin.example/"onclick="stolen()#{SHORT}'),),
        links=(Action(name=LINE, url="https://tocsin.example/'onclick='stolen()"),),
    )
    async with mail_server() as there:
        await sender(there.port).send(hostile, email())
        html = part(there.mails[-1], "html")
    context = await screens.context("ada")
    await context.add_init_script(TRAP)
    page = await context.new_page()
    listen(page, screens)
    await page.set_content(html)
    assert await page.evaluate(MADE) == []
    text = await page.evaluate("document.documentElement.textContent")
    assert text.count(SHORT) >= len([LINE, SHORT, SHORT, MARKDOWN, LINE, MARKDOWN, LINE, LINE])
