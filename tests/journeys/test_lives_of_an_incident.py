"""Not every incident is a real one, on time, and right at once: drills, noise, times put right."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team
from tests.journeys.test_paging_and_answers import mail_to

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_drill_pages_as_a_real_incident_and_says_everywhere_that_it_is_none(
    team: Team, mail: MailServer
) -> None:
    body = {"title": "Checkout fails", "service_id": team.service, "drill": True}
    declared = (await team.post("/v1/incidents", body)).json()
    text = await mail_to(mail, team.ada)
    assert f"{declared['reference']}: [DRILL] Checkout fails" in text
    assert "This is a drill: answer it as if it were real." in text
    reference = declared["reference"]
    acknowledged = await team.give(reference, "acknowledgement", by=team.ada)
    assert acknowledged.status_code == 200
    await team.happens(reference, "page.acknowledged")
    listed = await team.get("/v1/incidents", drill="true", service_id=team.service)
    assert [one["reference"] for one in listed["incidents"]] == [reference]
    listed = await team.get("/v1/incidents", drill="false", service_id=team.service)
    assert listed["incidents"] == []


async def test_an_incident_is_entered_after_the_fact_and_its_times_are_put_right(
    team: Team, mail: MailServer
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)

    def ago(minutes: int) -> str:
        return (now - timedelta(minutes=minutes)).isoformat()

    body = {
        "title": "Mail was late",
        "service_id": team.service,
        "severity": "SEV3",
        "began_at": ago(300),
        "declared_at": ago(280),
        "acknowledged_at": ago(279),
        "mitigated_at": ago(200),
        "mitigation_summary": "A second queue",
        "resolved_at": ago(180),
        "resolution_summary": "Enough workers",
        "postmortem": True,
    }
    answer = await team.post("/v1/incidents/backfill", body, by=team.ada)
    assert answer.status_code == 201, answer.text
    reference = answer.json()["reference"]
    shown = await team.sees(reference, lambda one: one["phase"] == "postmortem")
    assert (shown["mode"], shown["status"], shown["pages"]) == ("backfilled", "resolved", [])
    assert datetime.fromisoformat(shown["declared_at"]) == now - timedelta(minutes=280)
    assert datetime.fromisoformat(shown["recorded_at"]) >= now - timedelta(minutes=1)

    path = f"/v1/incidents/{reference}/timestamps/resolved"
    impossible = await team.post(path, {"happened_at": ago(250), "reason": "no"}, by=team.ada)
    assert (impossible.status_code, impossible.json()["code"]) == (422, "times-out-of-order")
    told = {"happened_at": ago(190), "reason": "The last mail left then"}
    assert (await team.post(path, told, by=team.ada)).status_code == 200
    shown = await team.sees(reference, lambda one: one["corrections"])
    assert datetime.fromisoformat(shown["resolved_at"]) == now - timedelta(minutes=190)
    (kept,) = shown["corrections"]
    assert datetime.fromisoformat(kept["previously_at"]) == now - timedelta(minutes=180)
    draft = await team.http.get(f"/v1/incidents/{reference}/postmortem.md")
    assert "**Duration:** 1 hour 50 minutes, from when it began to the resolution" in draft.text
    assert not [one for one in mail.mails if reference in str(one["subject"])]


async def test_what_was_no_incident_is_counted_as_noise_of_its_service(team: Team) -> None:
    declared = await team.declare()
    path = f"/v1/incidents/{declared['reference']}/decline"
    answer = await team.post(path, {"reason": "Deploy", "category": "expected"}, by=team.ada)
    assert answer.status_code == 200

    async def counted() -> bool:
        noise = (await team.get("/v1/metrics/noise", limit=200))["noise"]
        mine = [one for one in noise if one["key"] == team.service]
        return bool(mine) and mine[0]["categories"] == {"expected": 1}

    await eventually("the false alarm is counted as noise", counted)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = await team.get("/v1/metrics/noise", limit=200, since=yesterday)
    mine = next(one for one in answer["noise"] if one["key"] == team.service)
    assert (mine["before"], mine["trend"]) == (None, "too_few")
    assert (mine["outcomes"], mine["actionable"]) == ({}, None)  # a person declared it, no alert
    for by in ("integration", "monitor", "alert", "rule"):
        assert (await team.get("/v1/metrics/noise", by=by, since=yesterday))["by"] == by
