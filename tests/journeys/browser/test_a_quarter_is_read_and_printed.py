"""A manager, who opened the link of `make up`: a quarter in numbers, each with its incidents."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from playwright.async_api import Page, StorageState, expect
from pypdf import PdfReader

from projections.metrics.quarters import Quarter, quarter_at
from tests.journeys.browser.conftest import DESK, Browsers
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def entered(team: Team, quarter: Quarter) -> str:
    """Have two incidents of the quarter, and return the reference of the SEV1."""
    began = quarter.window("UTC").begin + timedelta(days=10)
    at = {"began_at": began.isoformat(), "declared_at": began.isoformat()}
    references = []
    for severity in ("SEV1", "SEV3"):
        body = {"title": "Checkout was away", "severity": severity, "service_id": team.service}
        answer = await team.post("/v1/incidents/backfill", body | at)
        assert answer.is_success, answer.text
        references.append(str(answer.json()["reference"]))
    await team.get("/v1/incidents", after_position=answer.json()["position"])
    return references[0]


async def test_every_number_of_a_quarter_leads_to_its_incidents_and_prints(
    browsers: Browsers, team: Team, first_admin: StorageState
) -> None:
    quarter = quarter_at(datetime.now(UTC), "UTC").preceding
    reference = await entered(team, quarter)
    page = await browsers.page(DESK, storage_state=first_admin)
    await page.goto("/incidents")
    await page.get_by_label("Quarter").select_option(quarter.name)
    await page.get_by_role("button", name="Filter").click()
    await expect(page.get_by_role("heading", name=f"{quarter.name} in numbers")).to_be_visible()

    await page.get_by_role("definition").get_by_role("link", name="SEV1:").click()
    rows = page.locator(".row")
    await expect(page.locator(".rows")).to_contain_text(reference)
    number = page.get_by_role("definition").get_by_role("link", name="SEV1:")
    assert await number.inner_text() == f"SEV1: {await rows.count()}"

    async with page.expect_download() as started:
        await page.get_by_role("link", name="All of them as CSV").click()
    table = (await (await started.value).path()).read_text().splitlines()
    assert len(table) == 1 + await rows.count()
    assert any(line.startswith(reference) for line in table)
    await on_paper(page, reference, quarter.name)


async def on_paper(page: Page, reference: str, quarter: str) -> None:
    """Print the list, and find the incidents on it, and nothing that is pressed."""
    reader = PdfReader(BytesIO(await page.pdf(format="A4")))
    words = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    assert reference in words
    assert f"{quarter} in numbers" in words
    assert f"quarter={quarter}" in words  # the address, in the foot
    assert "Settings" not in words
    assert "All of them as CSV" not in words
