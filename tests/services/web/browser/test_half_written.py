"""What somebody is about to send stays as it is while the page around it changes by itself."""

import pytest
from playwright.async_api import expect

from events.configuration.api_key import ApiScope
from tests.services.web.browser.conftest import Screens

pytestmark = pytest.mark.stack

CARET = "() => [document.activeElement.id, document.activeElement.selectionStart]"


async def test_a_half_written_note_keeps_its_words_its_focus_and_its_caret(
    screens: Screens,
) -> None:
    declared = await screens.site.api.started(severity="SEV2")
    ada = await screens.tab("ada", f"/incidents/{declared['reference']}")
    await expect(ada.locator("#live.on")).to_be_visible()
    await ada.locator("#note").press_sequentially("The pool is full")
    for _ in range(4):
        await ada.keyboard.press("ArrowLeft")
    raised = {"severity": "SEV1", "reason": "Payments fail too."}
    answer = await screens.site.api.give(declared["incident_id"], "severity", raised)
    assert answer.is_success, answer.text
    await expect(ada.locator("main")).to_contain_text("Payments fail too.")
    assert await ada.evaluate(CARET) == ["note", len("The pool is full") - 4]
    await ada.keyboard.type("not ")
    await expect(ada.locator("#note")).to_have_value("The pool is not full")


async def test_what_was_ticked_on_the_board_stays_ticked(screens: Screens) -> None:
    for number in range(2):
        await screens.site.api.started(title=f"Checkout fails {number}", severity="SEV1")
    ada = await screens.tab("ada", "/", ApiScope.RESPONDER)
    await expect(ada.locator("#live.on")).to_be_visible()
    picked = ada.locator("input[name=reference]").first
    reference = await picked.get_attribute("value")
    await picked.check(force=True)
    await screens.site.api.declare(title="The bank is away")
    await expect(ada.locator("#board")).to_contain_text("The bank is away")
    ticked = ada.locator("input[name=reference]:checked")
    await expect(ticked).to_have_count(1)
    await expect(ticked).to_have_value(str(reference))
