"""A responder, at night, on a phone: one press of the link in a message, and no doubt about it."""

import pytest
from playwright.async_api import expect

from tests.journeys.browser.conftest import PHONE, Browsers
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

PRESSABLE = "([x, y]) => document.elementFromPoint(x, y).closest('a, button, input, summary')"


async def test_one_press_takes_it_and_a_second_tap_hits_nothing(
    browsers: Browsers, team: Team
) -> None:
    declared = await team.declare("Checkout answers 500")
    page = await browsers.page(PHONE, has_touch=True, is_mobile=True)
    await page.goto(await browsers.link_to(team.ada, "ack"))
    await expect(page.get_by_role("heading", name="Checkout answers 500")).to_be_visible()
    button = page.get_by_role("button", name="Acknowledge")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 88
    assert box["y"] + box["height"] <= PHONE["height"]  # in reach of a thumb, without scrolling
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    await page.touchscreen.tap(x, y)
    await expect(page.get_by_role("heading", name="You have it")).to_be_visible()
    in_place = page.get_by_role("status")
    await expect(in_place).to_contain_text("Nobody else is being paged.")
    there = await in_place.bounding_box()
    assert there is not None
    assert there["x"] <= x <= there["x"] + there["width"]
    assert there["y"] <= y <= there["y"] + there["height"]
    assert await page.evaluate(PRESSABLE, [x, y]) is None
    await page.touchscreen.tap(x, y)

    happened = await team.happens(declared["reference"], "page.acknowledged")
    assert happened.count("incident.acknowledged") == 1
    await team.sees(
        declared["reference"], lambda one: one["acknowledged_by"] == f"responder:{team.ada}"
    )
