"""The quarter's report over HTTP: in every form, issued, rendered again and restated."""

from hashlib import sha256
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.incident.timestamps.names import Timestamp
from events.log.postgres import PostgresLog
from events.values.severity import Severity
from tests.projections.metrics.histories import Life
from tests.services.api.key_holders import holder_of
from tests.services.api.reports.story import explained
from tests.services.api.test_configuration_reads import admin, projecting
from tests.services.api.test_incident_metrics import live, usual

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

REPORT = "/v1/reports/quarterly/2026-Q1"
BERLIN = {"zone": "Europe/Berlin"}
FORMS = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "html": "text/html",
    "csv": "text/csv",
    "json": "application/json",
}


async def quarter(log: PostgresLog) -> str:
    """Tell of six incidents, one of them open, and return where they can be read from."""
    await usual(log)
    for number in (11, 12, 13):
        life = Life(number=number)
        begun = life.declared(number * 60, Severity.SEV3, began=number * 60 - 2)
        taken, over = life.acknowledged(number * 60 + 4), life.resolved(number * 60 + number)
        position = await live(log, number, begun, taken, over)
    return position


async def test_every_form_begins_with_the_box_and_none_has_a_script(
    admin: AsyncClient, log: PostgresLog
) -> None:
    position = await quarter(log)
    for form, media in FORMS.items():
        query = BERLIN | {"format": form, "after_position": position}
        answer = await admin.get(REPORT, params=query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith(media)
        assert "Total Incidents: 6" in answer.text
        assert "INC-12" in answer.text
        assert "<script" not in answer.text
        if form == "text":
            assert answer.text.startswith("┌─")
            assert max(map(len, answer.text.splitlines())) <= 80
        if form == "html":
            assert "unsafe-inline" in answer.headers["content-security-policy"]
            assert answer.text.count("<svg") == answer.text.count("<desc>") > 0


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/v1/reports/quarterly/2026-Q5", {}, "path.quarter"),
        ("/v1/reports/quarterly/1971-Q1", {}, "path.quarter"),
        (REPORT, {"zone": "Europe/Atlantis"}, "query.zone"),
        (REPORT, {"year_begins": "13"}, "query.year_begins"),
        (REPORT, {"format": "pdf"}, "query.format"),
    ],
)
async def test_a_quarter_or_a_zone_that_does_not_exist_is_refused_by_its_field(
    admin: AsyncClient, path: str, query: dict[str, str], field: str
) -> None:
    answer = await admin.get(path, params=query)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


async def issued(admin: AsyncClient, log: PostgresLog) -> dict[str, Any]:
    await quarter(log)
    made = await admin.post("/v1/reports", json={"quarter": "2026-Q1", **BERLIN})
    assert made.status_code == 200, made.text
    path = f"/v1/reports/{made.json()['report_id']}"
    answer = await admin.get(path, params={"after_position": made.headers["Tocsin-Position"]})
    found: dict[str, Any] = answer.json()
    assert found["restated"] == []
    return found


async def document(client: AsyncClient, report: dict[str, Any], form: str = "json") -> str:
    path = f"/v1/reports/{report['report_id']}/document"
    answer = await client.get(path, params={"format": form})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_an_issued_report_stays_byte_for_byte_and_says_what_was_restated_since(
    admin: AsyncClient, log: PostgresLog
) -> None:
    report = await issued(admin, log)
    first = await document(admin, report)
    assert sha256(first.encode()).hexdigest() == report["sha256"]
    pages = {form: await document(admin, report, form) for form in FORMS}

    for number in (11, 12, 13):  # a thousand corrections, back to where they began
        life = Life(number=number)
        over = number * 60 + number
        ends = [*range(over + 1, over + 334), over]
        corrections = (life.corrected(Timestamp.RESOLVED, end, 4_000) for end in ends)
        await live(log, number, *corrections)
    late = Life(number=11)
    corrected = late.corrected(Timestamp.RESOLVED, 11 * 60 + 31, 5_000)
    await live(log, 11, corrected)
    again = Life(number=12)
    await live(log, 12, again.reopened(5_001), again.resolved(5_100))
    position = await live(log, 14, Life(number=14).declared(5_200, Severity.SEV1))

    query = {"after_position": position}
    path = f"/v1/reports/{report['report_id']}"
    restated = (await admin.get(path, params=query)).json()["restated"]
    told = {one["figure"]: one["sentence"] for one in restated}
    assert told["Total incidents"] == "Total incidents 6 → 7: INC-14 was declared"
    assert told["SEV1"] == "SEV1 1 → 2: INC-14 was declared"
    because = "INC-11's end was corrected, INC-12 was reopened, INC-12 was resolved"
    assert told["MTTR"] == f"MTTR 19 min → 897 min: {because}"
    assert "MTTD" not in told
    assert {form: await document(admin, report, form) for form in FORMS} == pages
    listed = (await admin.get("/v1/reports", params=query)).json()["reports"]
    assert [one["sha256"] for one in listed] == [report["sha256"]]


async def test_a_report_that_is_issued_again_after_a_lost_answer_is_one(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await quarter(log)
    key = {"Idempotency-Key": "00000000-0000-0000-0000-000000000015"}
    made = [
        (await admin.post("/v1/reports", json={"quarter": "2026-Q1"}, headers=key)).json()
        for _ in range(2)
    ]
    assert made[0]["report_id"] == made[1]["report_id"]
    after = {"after_position": made[1]["position"]}
    assert len((await admin.get("/v1/reports", params=after)).json()["reports"]) == 1


async def test_what_became_private_since_is_not_named_and_its_figure_stays(
    admin: AsyncClient, log: PostgresLog
) -> None:
    report = await issued(admin, log)
    secret = Life(number=13)
    await live(log, 13, secret.privacy(5_000))
    moved = secret.corrected(Timestamp.RESOLVED, 13 * 60 + 300, 5_001)
    position = await live(log, 13, moved)
    observer = await holder_of(log, ApiScope.OBSERVER)
    path = f"/v1/reports/{report['report_id']}"
    for who in (dict(admin.headers), observer):
        shown = await admin.get(path, params={"after_position": position}, headers=who)
        assert shown.json()["restated"] == []
    text = await document(admin, report, "text")
    assert "INC-13" not in text
    assert "Total Incidents: 6" in text


async def test_a_private_incident_changes_no_byte_for_anybody(
    admin: AsyncClient, log: PostgresLog
) -> None:
    position = await quarter(log)
    query = BERLIN | {"format": "json", "after_position": position}
    before = (await admin.get(REPORT, params=query)).text
    secret = Life(number=15)
    events = (secret.declared(50), secret.privacy(50, so_declared=True), secret.resolved(60))
    query["after_position"] = await live(log, 15, *events)
    assert (await admin.get(REPORT, params=query)).text == before


async def test_a_report_that_was_never_issued_is_not_found(admin: AsyncClient) -> None:
    answer = await admin.get("/v1/reports/00000000-0000-0000-0000-000000000001")
    assert (answer.status_code, answer.json()["type"].rsplit("#", 1)[-1]) == (
        404,
        "report-not-found",
    )


async def test_a_cause_that_people_found_is_counted_and_its_postmortem_is_told(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await quarter(log)
    after = {"after_position": await explained(log, 12)}
    text = (await admin.get(REPORT, params=BERLIN | after)).text
    assert "1. Deploy issues (17%)" in text
    assert "No cause recorded: 5" in text
    (line,) = [one for one in text.splitlines() if one.startswith("INC-12 ")]
    assert line.split()[5:7] == ["min", "draft"]
    (none,) = [one for one in text.splitlines() if one.startswith("INC-11 ")]
    assert none.split()[5:7] == ["min", "none"]
