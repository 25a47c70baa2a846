"""A report of an older shape renders as it did; a new one has a section for everything asked."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from httpx import AsyncClient

from events.ids import ReportId
from events.log.postgres import PostgresLog
from events.report.events import ReportIssued
from services.reports.assembling import SHAPE
from tests.projections.stories import tell
from tests.services.api.reports.story import full_quarter, touch_everything
from tests.services.api.reports.test_reports import BERLIN, FORMS, document
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

# Of the story's report as each shape was first shipped, but for the position that it stands on.
# What is shipped is in somebody's log: a section that would change it gets a successor instead.
SHIPPED = {
    1: {
        "text": "bb6c9c4d32966b4974d0d43aad3b1b326b0e9878087f4fd9aff268e50de949dc",
        "markdown": "8e2cbabd53bf2d5d9b0d31c8bfe139ea2268f906f255d9f532824b401924c1c7",
        "html": "b2f557f54b63f0c7af27d8f37ca867c68901657b6db6a317ab0f9ca0a4eb4a2c",
        "csv": "ffc4d8f4544c08bfbede06b863c65045988a428e3597ad932eb31fda81c1fa23",
        "json": "6ada6185dcc37348b8b4396572288b8db3625861d55133c9746f5ca38a0f8e75",
    },
    2: {
        "text": "235e367ef394b6e767f46426fac502a00ff79f3fff187ac0828f93e29dbd257a",
        "markdown": "d1dd0ecfbf8f716c2ab20cf2e1bcb567b44d0c234d0c1a694dd420bd0c6b356b",
        "html": "f3993830c44a6c2323d2718edff1cfcdbf2f6d27e18afb133c62dcd35c2ac1f9",
        "csv": "74103bbd5efb4746a3f91670e960b40f14f88a12a3e94110ff16caf5fc5a683b",
        "json": "a483a159bf06a097b139a36371669ce7ff72f4c1ebc80b40889287aaf8405365",
    },
}
NEW = (
    "What was learned",
    "Alert quality",
    "Interruptions",
    "Response practice",
    "From opened to done",
    "The anti-patterns, as questions",
)


async def issued_as(log: PostgresLog, client: AsyncClient, shape: int) -> dict[str, str]:
    """Have a report in the log that was issued with a shape."""
    report_id = ReportId(UUID(int=shape))
    event = ReportIssued(
        report_id=report_id,
        quarter="2026-Q1",
        year_begins=1,
        zone=BERLIN["zone"],
        begins_at=datetime(2025, 12, 31, 23, tzinfo=UTC),
        ends_at=datetime(2026, 3, 31, 22, tzinfo=UTC),
        as_of=await log.head(),
        learning_policy_id="default",
        policy_number=0,
        sha256="",
        shape=shape,
        issued_by="responder:ana",
        issued_at=datetime(2026, 4, 1, tzinfo=UTC),
    )
    stored = await tell(log, f"report-{report_id}", event)
    after = {"after_position": str(stored.last_position)}
    assert (await client.get(f"/v1/reports/{report_id}", params=after)).status_code == 200
    return {"report_id": str(report_id)}


@pytest.mark.parametrize("shape", sorted(SHIPPED))
async def test_a_report_of_an_older_shape_renders_as_it_was_shipped(
    admin: AsyncClient, log: PostgresLog, shape: int
) -> None:
    await full_quarter(log)
    report = await issued_as(log, admin, shape)
    for form, digest in SHIPPED[shape].items():
        text = await document(admin, report, form)
        told = re.sub(r'position \d+|"as_of": "\d+"', "", text)
        assert sha256(told.encode()).hexdigest() == digest, text


async def test_a_new_report_tells_of_everything_in_every_form(
    admin: AsyncClient, log: PostgresLog
) -> None:
    position = await full_quarter(log)
    for form in FORMS:
        query = BERLIN | {"format": form, "after_position": position}
        text = (await admin.get("/v1/reports/quarterly/2026-Q1", params=query)).text
        titles = [one.upper() if form == "text" else one for one in NEW]
        places = [text.find(title) for title in titles]
        assert places == sorted(places)
        assert min(places) > 0, (form, dict(zip(titles, places, strict=True)))
        assert "ana" not in re.findall(r"\w+", text), "no person is named"
        if form == "text":
            assert max(map(len, text.splitlines())) <= 80
            learned = text.index("WHAT WAS LEARNED")
            assert learned < text.index("WHAT THE NUMBERS STAND ON")


async def test_a_pair_that_people_took_apart_is_no_repeat_in_any_section(
    admin: AsyncClient, log: PostgresLog
) -> None:
    async def repeats() -> tuple[str, str]:
        query = {"after_position": str(await log.head()), "format": "csv", **BERLIN}
        text = (await admin.get("/v1/reports/quarterly/2026-Q1", params=query)).text
        _, learned = text.split("Repeats of what was over: ")
        [row] = re.findall(r"^checkout,.*,(\d+)\r?$", text, re.MULTILINE)
        return learned[0], row

    await full_quarter(log)
    assert await repeats() == ("1", "1")
    await touch_everything(log)
    assert await repeats() == ("0", "0")


async def test_a_report_that_is_issued_now_has_all_sections_and_keeps_its_bytes(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await full_quarter(log)
    made = await admin.post("/v1/reports", json={"quarter": "2026-Q1", **BERLIN})
    path = f"/v1/reports/{made.json()['report_id']}"
    query = {"after_position": made.headers["Tocsin-Position"]}
    report = (await admin.get(path, params=query)).json()
    assert report["shape"] == SHAPE
    first = {form: await document(admin, report, form) for form in FORMS}
    assert sha256(first["json"].encode()).hexdigest() == report["sha256"]
    assert all(title in first["html"] for title in NEW)
    await touch_everything(log)
    query = {"after_position": str(await log.head()), **BERLIN}
    now = (await admin.get("/v1/reports/quarterly/2026-Q1", params=query)).text
    for moved in ("Repeats of what was over: 0", "13:00    1", "Pages: 1"):
        assert moved in now
    assert {form: await document(admin, report, form) for form in FORMS} == first
