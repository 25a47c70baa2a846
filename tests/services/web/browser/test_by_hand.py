"""One person at a keyboard, without a mouse; and one without script."""

import re

import pytest
from playwright.async_api import expect

from tests.services.web.browser.conftest import SECONDS, Screens

pytestmark = pytest.mark.stack

expect.set_options(timeout=SECONDS)


async def test_the_keyboard_alone_finds_opens_and_acknowledges(screens: Screens) -> None:
    first = await screens.site.api.started(severity="SEV1", title="Checkout fails")
    await screens.site.api.started(severity="SEV2", title="Search is slow")
    page = await screens.tab("ada")
    await expect(page.locator("#live.on")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="Checkout fails")).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="Search is slow")).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("a")
    await expect(page.locator(f"#row-{first['reference']}")).to_contain_text("Acknowledged by you")
    await expect(page.get_by_role("link", name="Checkout fails")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Jump to anything")
    await expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Acknowledge")
    await expect(page.get_by_role("definition").filter(has_text="Declare")).to_have_text("Declare")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


async def test_jump_finds_by_a_part_of_the_title(screens: Screens) -> None:
    declared = await screens.site.api.declare(title="Search is slow")
    page = await screens.tab("ada")
    await page.keyboard.press("/")
    field = page.get_by_role("combobox")
    await expect(field).to_be_focused()
    await page.keyboard.type("is sl")
    await expect(page.get_by_role("option").first).to_contain_text(declared["reference"])
    await expect(field).to_have_attribute("aria-activedescendant", "jump-0")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/incidents/{declared['reference']}")
    screens.seen.expected = ["404"]  # where this screen is not there yet


async def test_times_are_in_the_zone_that_the_device_has_once_one_asks(screens: Screens) -> None:
    page = await screens.tab("ada", timezone_id="Asia/Kolkata")
    await expect(page.locator("#live.on")).to_have_text(re.compile(r"^Live · [\d:]{8} UTC$"))
    await page.keyboard.press("z")
    both = re.compile(r"^Live · [\d:]{8} UTC\+5:30 · [\d:]{8} UTC$")
    await expect(page.locator("#live.on")).to_have_text(both)
    await page.keyboard.press("z")
    await expect(page.locator("#live.on")).to_have_text(re.compile(r"^Live · [\d:]{8} UTC$"))


async def test_settings_of_the_device_stay_with_it(screens: Screens) -> None:
    page = await screens.tab("ada", "/settings/device")
    await page.get_by_label("Zone").fill("Nowhere/Here")
    await page.get_by_role("button", name="Keep these settings").click()
    await expect(page.locator("#wrong-zone")).to_contain_text("There is no such zone")
    screens.seen.expected = ["422"]
    await page.get_by_label("Zone").fill("Europe/Berlin")
    await page.get_by_label("Dark").check()
    await page.get_by_label("Single letters").uncheck()
    await page.get_by_role("button", name="Keep these settings").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.goto("/")
    await expect(page.locator("body")).to_have_attribute("data-zone", "Europe/Berlin")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_without_script_a_form_is_sent_and_answered_all_the_same(screens: Screens) -> None:
    await screens.site.api.started(severity="SEV1")
    page = await screens.tab("ada", java_script_enabled=False)
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator("#board")).to_contain_text("Acknowledged by Ada")
