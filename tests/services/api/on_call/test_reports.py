"""Coverage and fairness of a schedule are read over HTTP, for any period of a year."""

import pytest

from tests.services.api.on_call.rotas import Rota, projecting, team

__all__ = ["projecting", "team"]
pytestmark = pytest.mark.stack

DECEMBER = {"from": "2026-12-01T08:00:00Z", "until": "2026-12-31T08:00:00Z"}


async def test_a_whole_rota_covers_all_of_a_month(team: Rota) -> None:
    shown = (await team.read("coverage", **DECEMBER, turns="true")).json()
    assert (shown["percent"], shown["gaps"], shown["covered_hours"]) == (100.0, [], 720.0)
    assert [turn["responder_id"] for turn in shown["turns"][:4]] == ["ben", "cem", "ada", "ben"]
    without = (await team.read("coverage", **DECEMBER)).json()
    assert without["turns"] is None


async def test_everybody_has_ten_days_of_a_month_with_their_nights_and_holidays(
    team: Rota,
) -> None:
    shown = (await team.read("fairness", **DECEMBER)).json()
    assert [(one["responder_id"], one["hours"], one["nights"]) for one in shown["people"]] == [
        ("ada", 240.0, 10),
        ("ben", 240.0, 10),
        ("cem", 240.0, 10),
    ]
    assert (shown["balance"], shown["zone"]) == (100, "Europe/Berlin")
    assert sum(one["holiday_hours"] for one in shown["people"]) == 48.0  # two days of Christmas


async def test_whoever_is_forgotten_leaves_gaps_that_name_them(team: Rota) -> None:
    forgotten = await team.http.request(
        "DELETE", "/v1/subjects/cem", json={"reason": "left"}, headers=team.headers["admin"]
    )
    assert forgotten.is_success, forgotten.text
    shown = (await team.read("coverage", **DECEMBER)).json()
    assert 66 < shown["percent"] < 67
    causes = {(gap["cause"], *gap["responder_ids"]) for gap in shown["gaps"]}
    assert causes == {("forgotten", "cem")}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from": "2026-12-01T08:00:00Z", "until": "2026-12-01T08:00:00Z"}, "query.until"),
        ({"from": "2026-12-01T08:00:00Z", "until": "2028-12-01T08:00:00Z"}, "query.until"),
        ({"from": "yesterday"}, "query.from"),
        ({"until": "2026-12-08"}, "query.until"),
    ],
)
async def test_a_period_is_at_most_a_year_and_written_as_times(
    team: Rota, wrong: dict[str, str], field: str
) -> None:
    answer = await team.read("coverage", **wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_the_report_of_a_schedule_that_never_was_is_not_found(team: Rota) -> None:
    assert (await team.read("/v1/schedules/nowhere/fairness")).status_code == 404
