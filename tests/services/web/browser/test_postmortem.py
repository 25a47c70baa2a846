"""A postmortem is written in a real browser: by key and by button, with and without script."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.services.web.browser.conftest import PHONE, Screens

pytestmark = pytest.mark.stack


async def told(screens: Screens) -> str:
    """Have an incident with a note, and return its address."""
    api = screens.site.api
    await api.responder("ada")
    title = "Connection pool to the orders database is exhausted"
    await api.declare(severity="SEV3", title=title)
    for other in ("Mail is late", "Search is stale", "Certificate expired"):
        await api.declare(title=other)
    declared = await api.started(severity="SEV1", title="Orders: connection pool exhausted")
    note = {"text": "The pool is full since the release."}
    written = await api.http.post(f"/v1/incidents/{declared['reference']}/notes", json=note)
    assert written.is_success, written.text
    return f"/incidents/{declared['reference']}?after_position={written.json()['position']}"


async def unfolded(page: Page, name: str) -> None:
    """Open what is folded under a name."""
    await page.locator("summary", has_text=re.compile(f"^{name}")).first.click()


async def test_a_key_lifts_the_entry_that_one_is_at_into_the_story(screens: Screens) -> None:
    address = await told(screens)
    incident, _, query = address.partition("?")
    page = await screens.tab("ada", f"{incident}/timeline?{query}")
    note = page.locator(".timeline li", has_text="The pool is full")
    lift = note.get_by_role("button", name="Lift into the story")
    await lift.focus()
    await page.keyboard.press("l")
    await expect(note).to_contain_text("in the story")
    await note.get_by_role("button", name="Leave out of the story").click()
    await expect(note).to_contain_text("left out of the story")
    await page.goto(incident)
    entry = page.locator(".timeline li", has_text="The pool is full")
    await entry.get_by_role("button", name="Lift").focus()
    await page.keyboard.press("l")
    await expect(entry).to_contain_text("in the story")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_the_document_is_curated_and_explained(screens: Screens, *, script: bool) -> None:
    address = await told(screens)
    incident, _, query = address.partition("?")
    options = {"viewport": PHONE} if script else {"java_script_enabled": False}
    page = await screens.tab("ada", f"{incident}/postmortem?{query}", **options)
    await page.get_by_role("button", name="Begin postmortem").click()
    await expect(page.get_by_text("Draft")).to_be_visible()
    await unfolded(page, "Curate the timeline")
    await unfolded(page, "Add what happened outside")
    await page.get_by_label("When").last.fill("2026-03-02T11:42:05")
    await page.get_by_label("What happened").last.fill("The provider opened an incident.")
    await page.get_by_role("button", name="Add entry").click()
    await expect(page.locator("article table").first).to_contain_text("The provider opened")
    await unfolded(page, "Add a factor")
    await page.get_by_label("What played a part").last.fill("The operator typed the wrong host")
    await page.get_by_label("Part", exact=True).last.select_option("trigger")
    await page.get_by_role("button", name="Add factor").click()
    await expect(page.locator(".whys")).to_contain_text("this why ends at a person")
    if not script:
        await unfolded(page, "Add a factor")  # it stayed open where nothing loads the page
    await page.get_by_label("What played a part").last.fill("The tool takes any host")
    await page.get_by_label("Says why of").last.select_option("1")
    await page.get_by_label(re.compile("^Primary")).last.check()
    await page.get_by_role("button", name="Add factor").click()
    await expect(page.locator(".whys")).to_contain_text("because The tool takes any host")
    await expect(page.locator(".whys")).not_to_contain_text("ends at a person")
    await unfolded(page, "Write Impact")
    await page.locator("#text-impact").fill("It was human error.")
    await page.get_by_role("button", name="Save Impact").click()
    await expect(page.locator(".hint")).to_contain_text("human error")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.locator(".hint")).to_have_count(0)
    await unfolded(page, "Comment on Impact")
    await page.locator("#comment-impact").fill("Since when?")
    await page.get_by_role("button", name="Comment").locator("visible=true").last.click()
    await expect(page.locator(".remark")).to_contain_text("Since when?")
    await expect(page.locator("#seen-before")).to_contain_text("Rests on")
    await page.get_by_role("button", name="The same again").click()
    await expect(page.locator("#seen-before")).to_contain_text("the same again")
