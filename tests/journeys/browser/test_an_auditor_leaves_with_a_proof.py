"""An auditor: sees an incident as it was, and leaves with a proof that needs nobody's word."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.journeys.browser.conftest import Browsers
from tests.journeys.team import Team
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_what_the_screen_shows_of_the_past_is_what_the_export_proves(
    system: Stack, browsers: Browsers, team: Team, tmp_path: Path
) -> None:
    declared = await team.declare("Checkout answers 500")
    reference = declared["reference"]
    await team.happens(reference, "page.level_reached")  # what was never paged is not answered
    await team.give(reference, "acknowledgement", by=team.ada)
    await team.happens(reference, "page.acknowledged")
    page = await browsers.invited(f"olga-{team.name}", "auditor")

    await page.goto(f"/incidents/{reference}?as_of={declared['position']}")
    await expect(page.locator("#notices")).to_contain_text("As it was at")
    await expect(page.locator("#incident-head")).to_contain_text("Declared ·")
    await expect(page.locator("#incident-head")).not_to_contain_text("Acknowledged by")
    await expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    await page.get_by_role("link", name="One event on").click()
    await expect(page.get_by_role("link", name="One event back")).to_be_visible()

    await page.goto(f"/incidents/{reference}/record")
    await expect(page.get_by_role("heading", name="Signed head of the log")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text(
        f"audit verify proof --incident {reference}"
    )
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Export all events").click()
    record = await (await started.value).path()
    shown = [json.loads(line)["hash"] for line in record.read_text().splitlines()]

    directory = await proof_of(system, reference, tmp_path)
    keys = system.data / "checkpoints" / "keys"
    words = ("audit", "verify", str(directory), "--incident", reference, "--key", str(keys))
    code, said, complained = await tocsin(system, *words)
    assert (code, complained.strip()) == (0, "")
    assert f"{reference} is proved" in said
    kept = "".join(one.read_text() for one in (directory / "events").iterdir())
    assert shown
    assert all(digest in kept for digest in shown)


async def proof_of(system: Stack, reference: str, folder: Path) -> Path:
    """Return where the export of the incident is; the notary may still be about to sign it."""
    tries = iter(range(100))

    async def look() -> Path | None:
        out = folder / f"proof-{next(tries)}"
        words = ("audit", "export", "--incident", reference, "--out", str(out))
        code, _, _ = await tocsin(system, *words)
        return None if code else out

    return await eventually(f"an export of {reference}", look)
