"""A commander, while a call runs: sees who has what, what is late, and stays on one page."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browser.conftest import Browsers
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def sends(page: Page) -> None:
    """Send the form that the cursor is in, and see it answered."""
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("details.act[open]")).to_have_count(0)


async def test_the_war_room_says_what_is_late_and_takes_every_step_by_keyboard(
    browsers: Browsers, team: Team
) -> None:
    await team.settle(deadline_seconds=1)
    cora = f"cora-{team.name}"
    page = await browsers.invited(cora, "responder")
    declared = await team.declare("Checkout answers 500")
    address = f"/incidents/{declared['reference']}"
    await team.give(declared["reference"], "acknowledgement", by=team.grace)
    judged = {"severity": "SEV2", "reason": "One payment in three fails."}
    await team.give(declared["reference"], "severity", judged, by=team.grace)
    await page.goto(address)
    await expect(page.locator("#live.on")).to_be_visible()
    await page.evaluate("window.stayed = true")
    head, facts = page.locator("#incident-head"), page.locator("#incident-facts")
    await expect(head).to_contain_text(f"Acknowledged by {team.grace}")
    await expect(head.locator(".late")).to_contain_text("late by")

    await page.keyboard.press("r")  # who leads
    await expect(page.get_by_label("Role", exact=True).first).to_be_focused()
    await page.keyboard.press("Tab")
    await page.locator("select:focus").select_option(cora)
    await sends(page)
    await expect(facts).to_contain_text(re.compile(r"Commander\s*you", re.IGNORECASE))

    await page.keyboard.press("p")  # on with the response
    await expect(page.get_by_label("Phase", exact=True)).to_be_focused()
    await sends(page)
    await expect(head.locator("li[aria-current=step]")).to_contain_text("Triage")

    await page.keyboard.press("u")  # what people are promised
    await expect(page.get_by_label("What people feel")).to_be_focused()
    await page.keyboard.type("Three of ten payments fail.")
    await page.keyboard.press("Tab")
    await page.keyboard.type("We compare with the deploy of 03:15.")
    await sends(page)
    await expect(page.locator("#incident-work")).to_contain_text("Three of ten payments fail.")
    await expect(head).to_contain_text("Next update")

    await page.keyboard.press("h")  # and to whom the next shift is handed
    await page.keyboard.press("Tab")
    await page.locator("select:focus").select_option(team.ada)
    await page.keyboard.press("Tab")
    await page.keyboard.type("The rollback is half done.")
    await sends(page)
    await expect(facts).to_contain_text(re.compile(rf"commander\s*{team.ada}"))

    assert await page.evaluate("window.stayed")
    assert page.url.endswith(address)
