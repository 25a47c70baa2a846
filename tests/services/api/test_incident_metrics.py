"""What incidents come to, over HTTP: the same for everybody, and nothing of private ones."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.configuration.team import Member, TeamDefined
from events.configuration.team_visibility import TeamVisibilityChanged
from events.ids import ResponderId, TeamId, incident_stream
from events.incident.modes import Mode
from events.incident.timestamps.names import Timestamp
from events.log.postgres import PostgresLog
from events.values.severity import Severity
from tests.projections.metrics.histories import CHECKOUT, SEARCH, Life, service
from tests.projections.stories import at, tell
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

METRICS = "/v1/metrics/incidents"
Q1 = {"quarter": "2026-Q1", "zone": "Europe/Berlin"}


async def live(log: PostgresLog, number: int, *events: Any) -> str:
    """Tell of an incident, and return the position it can be read from."""
    stored = await tell(log, incident_stream(Life(number=number).incident_id), *events)
    return str(stored.last_position)


async def usual(log: PostgresLog) -> str:
    """Tell of three incidents, one of them open, and of a drill."""
    shop = TeamDefined(
        team_id=TeamId("shop"),
        name="Shop",
        members=(Member(responder_id=ResponderId("ana"), manager=True),),
        defined_by="responder:ana",
        defined_at=at(0),
    )
    await tell(log, "team-shop", shop)
    await tell(log, "service-checkout", service(CHECKOUT, "shop"))
    await tell(log, "service-search", service(SEARCH))
    one, two, three, drill = (Life(number=number) for number in range(1, 5))
    await live(
        *(log, 1, one.declared(0, Severity.SEV1, began=-10), one.acknowledged(3)),
        *(one.mitigated(20), one.resolved(45)),
    )
    await live(log, 2, two.declared(100, Severity.SEV2), two.acknowledged(105), two.resolved(115))
    await live(log, 3, three.declared(200, None, service_id=SEARCH))
    return await live(log, 4, drill.declared(300, mode=Mode.DRILL))


async def asked(client: AsyncClient, **query: str) -> dict[str, Any]:
    answer = await client.get(METRICS, params=Q1 | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_quarter_comes_to_figures_that_lead_to_their_incidents(
    admin: AsyncClient, log: PostgresLog
) -> None:
    position = await usual(log)
    found = await asked(admin, after_position=position, group="severity")
    assert found["window"]["from"] == "2025-12-31T23:00:00Z"
    assert (found["window"]["hours"], found["window"]["quarter"]) == (2159, "2026-Q1")
    assert (found["count"], found["open"], found["preliminary"]) == (3, 1, True)
    assert found["left_out"] == {"drill": 1, "declined": 0, "merged": 0}
    assert found["by_severity"] == {"SEV1": 1, "SEV2": 1, "none": 1}
    assert found["by_team"] == {"shop": 2, "none": 1}
    assert (found["ttd"]["n"], found["ttd"]["mean_seconds"]) == (1, 600)
    assert found["tta"]["mean_seconds"] == found["tta"]["p50_seconds"] == 240
    assert (found["tta"]["unacknowledged"], found["tta"]["p75_seconds"]) == (1, None)
    assert (found["ttr"]["n"], found["ttr"]["of"], found["ttr"]["mean_seconds"]) == (2, 3, 1800)
    assert [(one["key"], one["count"]) for one in found["groups"]] == [
        *(("SEV1", 1), ("SEV2", 1)),
        ("none", 1),
    ]
    checkout = found["services"]["checkout"]
    assert (checkout["failures"], checkout["down_seconds"]) == (2, 45 * 60)
    assert [one["reference"] for one in found["open_incidents"]] == ["INC-3"]

    rows = (await admin.get(f"{found['incidents']}&limit=2")).json()
    assert rows["next_cursor"]
    assert [row["ttr_seconds"] for row in rows["incidents"]] == [2700, 900]
    rest = f"{found['incidents']}&cursor={rows['next_cursor']}"
    (last,) = (await admin.get(rest)).json()["incidents"]
    assert (last["reference"], last["answer"]) == ("INC-3", "unacknowledged")
    exported = await admin.get(found["csv"])
    assert exported.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(exported.text)))
    values = [float(line["ttr_seconds"]) for line in lines if line["ttr_seconds"]]
    assert sum(values) / len(values) == found["ttr"]["mean_seconds"]


async def test_private_incidents_are_in_nobodys_figures_unless_asked_for(
    admin: AsyncClient, log: PostgresLog
) -> None:
    settled = await usual(log)
    observer = await holder_of(log, ApiScope.OBSERVER)
    before = await admin.get(METRICS, params=Q1 | {"after_position": settled})
    secret = Life(number=5)
    events = (secret.declared(50), secret.privacy(50, so_declared=True), secret.resolved(60))
    position = await live(log, 5, *events)
    query = Q1 | {"after_position": position}
    for path in (METRICS, f"{METRICS}/rows", f"{METRICS}.csv"):
        for who in (dict(admin.headers), observer):
            told = await admin.get(path, params=query, headers=who)
            assert "INC-5" not in told.text
    now = (await admin.get(METRICS, params=query)).json()
    assert without_addresses(now) == without_addresses(before.json())
    declared_at = str(int(position) - 2)
    then = await asked(admin, as_of=declared_at)
    assert then["count"] == 3, "between its declaration and its privacy it is not shown either"
    assert (await asked(admin, private="include"))["count"] == 4
    included = await admin.get(METRICS, params=Q1 | {"private": "include"}, headers=observer)
    assert included.json()["count"] == 3


def without_addresses(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in {"incidents", "csv"}}


async def test_what_a_team_keeps_to_itself_counts_in_the_whole_and_is_no_group_of_its_own(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await usual(log)
    hides = TeamVisibilityChanged(
        team_id=TeamId("shop"), team_only=True, changed_by="responder:ana", changed_at=at(0)
    )
    stored = await tell(log, "team_visibility-shop", hides)
    query = Q1 | {"after_position": str(stored.last_position), "group": "service"}
    stranger = await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("bob"))
    member = await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("ana"))
    theirs = (await admin.get(METRICS, params=query, headers=member)).json()
    others = (await admin.get(METRICS, params=query, headers=stranger)).json()
    assert (others["count"], others["ttr"]) == (theirs["count"], theirs["ttr"])
    assert set(theirs["by_service"]) == {"checkout", "search"}
    shown = (others["by_service"], others["services"], others["by_team"])
    assert [sorted(one) for one in shown] == [["search"], ["search"], ["none"]]
    assert [one["key"] for one in others["groups"]] == ["search"]
    rows = await admin.get(f"{METRICS}/rows", params=Q1, headers=stranger)
    assert [row["reference"] for row in rows.json()["incidents"]] == ["INC-3"]
    for one in ({"service": "checkout"}, {"team": "shop"}):
        refused = await admin.get(METRICS, params=Q1 | one, headers=stranger)
        assert refused.status_code == 403, refused.text
    alone = await admin.get(METRICS, params=Q1 | {"team": "shop"}, headers=member)
    assert alone.json()["count"] == 2


async def test_the_past_has_the_figures_that_were_believed_then(
    admin: AsyncClient, log: PostgresLog
) -> None:
    then = await usual(log)
    two = Life(number=2)
    corrected = two.corrected(Timestamp.RESOLVED, 160)
    now = await live(log, 2, corrected)
    await tell(log, "service-checkout", service(CHECKOUT, "web"))
    assert (await asked(admin, after_position=now))["ttr"]["mean_seconds"] == 3150
    assert (await asked(admin, as_of=now))["corrected"] == 1
    past = await asked(admin, as_of=then, group="team", team_of="current")
    assert (past["ttr"]["mean_seconds"], past["corrected"]) == (1800, 0)
    assert [one["key"] for one in past["groups"]] == ["none", "shop"]
    assert (await asked(admin, team="shop"))["count"] == 2


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"quarter": "2026-Q5"}, "query.quarter"),
    ({"quarter": "2026-Q4", "from": "2026-10-01T00:00:00Z"}, "query.quarter"),
    ({"quarter": "2026-Q4", "until": "2026-10-01T00:00:00Z"}, "query.quarter"),
    ({"until": "2026-10-01T00:00:00Z"}, "query.from"),
    ({"from": "2026-10-01T00:00:00Z", "until": "2026-10-01T00:00:00Z"}, "query.until"),
    ({"from": "2199-10-01T00:00:00Z"}, "query.from"),
    ({"from": "0001-01-01T00:00:00Z"}, "query.from"),
    ({"from": "yesterday"}, "query.from"),
    ({"quarter": "2026-Q4", "zone": "Europe/Atlantis"}, "query.zone"),
    ({"zone": "../etc/passwd"}, "query.zone"),
    ({"zone": "Mars/" + "x" * 300}, "query.zone"),
    ({"year_begins": "13"}, "query.year_begins"),
    ({"year_begins": "0"}, "query.year_begins"),
    ({"year_begins": "April"}, "query.year_begins"),
    ({"group": "person"}, "query.group"),
    ({"by": "closed"}, "query.by"),
    ({"service": "atlantis"}, "query.service"),
    ({"service": "NO SUCH"}, "query.service"),
    ({"team": "atlantis"}, "query.team"),
    ({"team_of": "yesterday"}, "query.team_of"),
    ({"private": "yes"}, "query.private"),
    ({"tta_from": "resolved"}, "query.tta_from"),
    ({"ttr_from": "called"}, "query.ttr_from"),
    ({"compat": "excel"}, "query.compat"),
    ({"compat": "opsgenie", "tta_from": "declared"}, "query.compat"),
    ({"as_of": "soon"}, "query.as_of"),
    ({"colour": "red"}, "query.colour"),
)


async def test_measured_as_another_product_does_the_answer_says_how_that_is(
    admin: AsyncClient, log: PostgresLog
) -> None:
    position = await usual(log)
    ours = await asked(admin, **Q1, after_position=position)
    theirs = await asked(admin, **Q1, after_position=position, compat="opsgenie")
    assert (ours["compat"], ours["count"], theirs["count"]) == (None, 3, 2), "one is open"
    assert theirs["compat"]["product"] == "opsgenie"
    assert "close counts as one" in " ".join(theirs["compat"]["definitions"])
    assert "ttd" in theirs["compat"]["without"]
    assert (theirs["ttd"]["n"], theirs["tta"]["n"]) == (0, 2)
    rows = await admin.get(theirs["incidents"])
    assert [one["ttd_seconds"] for one in rows.json()["incidents"]] == [None, None]


async def test_what_does_not_exist_is_refused_by_its_field(admin: AsyncClient) -> None:
    for query, field in WRONG:
        for path in (METRICS, f"{METRICS}/rows", f"{METRICS}.csv"):
            refused = await admin.get(path, params=query)
            assert refused.status_code == 422, (query, refused.text)
            assert field in [error["field"] for error in refused.json()["errors"]], refused.text


async def test_a_title_is_no_formula_in_a_spreadsheet(admin: AsyncClient, log: PostgresLog) -> None:
    evil = replace(Life(number=9).declared(), title='=HYPERLINK("http://x")', service_id=None)
    position = await live(log, 9, evil)
    answer = await admin.get(f"{METRICS}.csv", params=Q1 | {"after_position": position})
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert line["title"] == '\'=HYPERLINK("http://x")'
