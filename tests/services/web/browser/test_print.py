"""Paper: what comes out of a printer, as Chromium makes it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from playwright.async_api import Page
from pypdf import PdfReader

from tests.services.web.browser.conftest import Screens

pytestmark = pytest.mark.stack

RUNBOOK = "https://wiki.example.com/checkout"
POINTS = {"A4": (595, 842), "Letter": (612, 792)}
NAVIGATION = ("Skip to content", "On call", "Settings", "Jump", "Post update", "Acknowledge\n")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What is on paper: its size in points, its words, and where its links lead."""

    size: tuple[int, int]
    words: str
    links: set[str]


async def printed(page: Page, paper: str) -> Paper:
    reader = PdfReader(BytesIO(await page.pdf(format=paper)))
    first = reader.pages[0].mediabox
    notes: list[Any] = [
        note.get_object() for one in reader.pages for note in one.get("/Annots", ())
    ]
    return Paper(
        size=(round(first.width), round(first.height)),
        words=" ".join(" ".join(one.extract_text() for one in reader.pages).split()),
        links={str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})},
    )


@pytest.mark.parametrize("paper", ["A4", "Letter"])
async def test_an_incident_and_its_postmortem_print_without_what_is_pressed(
    screens: Screens, paper: str
) -> None:
    declared = await screens.site.api.started(severity="SEV1", title="Checkout answers 500")
    reference = declared["reference"]
    link = {"kind": "runbook", "title": "Checkout runbook", "url": RUNBOOK}
    linked = await screens.site.api.http.post(f"/v1/incidents/{reference}/links", json=link)
    assert linked.is_success, linked.text
    position = linked.json()["position"]
    address = f"/incidents/{reference}"
    page = await screens.tab("ada", f"{address}?after_position={position}", color_scheme="dark")
    incident = await printed(page, paper)
    assert incident.size == pytest.approx(POINTS[paper], abs=1)
    assert RUNBOOK in incident.words
    assert RUNBOOK in incident.links

    await page.goto(f"{address}/postmortem?after_position={position}")
    postmortem = await printed(page, paper)
    for one in (incident, postmortem):
        assert "Checkout answers 500" in one.words
        assert "SEV1" in one.words
        assert f"{reference}, version" in one.words  # in the foot, with the position
        assert "up to position" in one.words
        assert address in one.words.replace("- ", "-")  # where a line ends
        assert [word for word in NAVIGATION if word in one.words] == []
