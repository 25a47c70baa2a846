"""Two people at one incident: each sees what the other does, and nobody loses what they write."""

import time

import pytest
from playwright.async_api import expect

from tests.eventually import eventually
from tests.services.web.browser.conftest import SECONDS, Screens

pytestmark = pytest.mark.stack

expect.set_options(timeout=SECONDS)


SHOWN = "title => document.querySelector('#board').innerText.includes(title)"


async def test_one_acknowledges_and_the_other_sees_it_without_asking(screens: Screens) -> None:
    declared = await screens.site.api.started(severity="SEV1")
    ada, bob = await screens.tab("ada"), await screens.tab("bob")
    await expect(bob.locator("#live.on")).to_contain_text("Live · ")
    await expect(ada.locator("#board")).to_contain_text("Nobody has answered")
    await expect(ada.locator("#live.on")).to_be_visible()
    await ada.get_by_role("button", name="Acknowledge").click()
    await expect(bob.locator("#board")).to_contain_text("Acknowledged by Ada")
    await expect(ada.locator("#board")).to_contain_text("Acknowledged by you")
    assert ada.url.endswith("/")
    assert declared["reference"] in await bob.locator("#said").inner_text()


async def test_a_fact_is_seen_within_a_second_of_its_answer(screens: Screens) -> None:
    bob = await screens.tab("bob")
    await expect(bob.locator("#live.on")).to_be_visible()
    took = []
    for number in range(3):
        await screens.site.api.declare(title=f"Checkout fails {number}")
        began = time.monotonic()
        # Looked for at every frame: `expect` looks again only after up to a second.
        await bob.wait_for_function(SHOWN, arg=f"Checkout fails {number}", polling="raf")
        took.append(time.monotonic() - began)
    assert min(took) < 1, took


async def test_while_the_server_is_away_the_page_says_so_and_a_press_is_sent_later(
    screens: Screens,
) -> None:
    screens.seen.expected = ["ERR_", "Failed to load resource", "503"]
    await screens.site.api.started(severity="SEV1")
    page = await screens.tab("ada")
    await expect(page.locator("#live.on")).to_be_visible()
    await screens.served.stop()
    await expect(page.locator("#away")).to_contain_text("Not connected since")
    await expect(page.locator("#board")).to_contain_text("Checkout fails")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator("#unsent")).to_contain_text("Not sent yet. Pressed at ")
    await page.get_by_role("button", name="Acknowledge").click()
    assert "Acknowledged by" not in await page.locator("#board").inner_text()
    await screens.served.start()
    await expect(page.locator("#board")).to_contain_text("Acknowledged by you")
    await expect(page.locator("#unsent")).to_be_hidden()
    await expect(page.locator("#away")).to_be_hidden()


async def test_a_server_that_is_not_there_at_first_is_found_later(screens: Screens) -> None:
    screens.seen.expected = ["ERR_", "Failed to load resource"]
    page = await screens.tab("ada", "/settings/device")
    await page.context.route("**/live?*", lambda route: route.abort())
    await page.goto("/")
    await expect(page.locator("#away")).to_contain_text("Not connected since")
    await page.context.unroute("**/live?*")
    await expect(page.locator("#live.on")).to_be_visible()
    await expect(page.locator("#away")).to_be_hidden()


async def test_who_is_signed_out_is_told_and_sent_nothing_more(screens: Screens) -> None:
    page = await screens.tab("ada")
    await expect(page.locator("#live.on")).to_be_visible()
    (viewer,) = screens.site.live.viewers
    found = await screens.site.people.who(viewer.visit.token)
    assert found is not None
    await screens.site.people.sessions.end(found.row.session_id, screens.site.people.now)
    viewer.in_doubt = True
    viewer.stir()
    await expect(page.locator("#away")).to_contain_text("You are signed out")
    await eventually("nobody is followed", lambda: not screens.site.live.viewers)
