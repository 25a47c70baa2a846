"""Whoever is put on call while away is named, by whichever door they are put on call."""

from datetime import datetime
from typing import Any

import pytest
from httpx import AsyncClient

from tests.services.api.test_configuration_reads import admin, projecting
from tests.services.api.test_schedules import after, at, override, set_up, shifts, written

__all__ = ["admin", "projecting"]
pytestmark = pytest.mark.stack

OVERRIDES = "/v1/schedules/payments/overrides"
DRY = {"Tocsin-Dry-Run": "true"}


async def cem_is_away(admin: AsyncClient, begin: datetime, end: datetime) -> None:
    body = {"starts_at": written(begin), "ends_at": written(end)}
    entered = await admin.post("/v1/responders/cem/absences", json=body)
    assert entered.status_code == 201, entered.text
    listed = await admin.get("/v1/responders/cem/absences", params=after(entered))
    assert len(listed.json()["absences"]) == 1  # what the warnings go by has it by now


def named_away(answer: Any) -> list[str]:
    assert answer.is_success, answer.text
    return [one for one in answer.json()["warnings"] if "away then" in one]


async def test_an_override_of_somebody_away_says_so_also_in_a_dry_run(admin: AsyncClient) -> None:
    await set_up(admin, "ada", "ben")
    await cem_is_away(admin, at(1), at(2))
    times = {"starts_at": written(at(1, 10)), "ends_at": written(at(1, 11))}
    body = times | {"off": "ada", "on": "cem"}
    foreseen = named_away(await admin.post(OVERRIDES, json=body, headers=DRY))
    assert len(foreseen) == 1
    assert foreseen[0].startswith("cem is on call from")
    assert named_away(await admin.post(OVERRIDES, json=body)) == foreseen


async def test_a_dry_run_says_that_nobody_would_be_on_call(admin: AsyncClient) -> None:
    await set_up(admin, "ada", "ben")
    times = {"starts_at": written(at(1, 12)), "ends_at": written(at(1, 13))}
    asked = await admin.post(OVERRIDES, json=times | {"off": "ada"}, headers=DRY)
    assert asked.json()["warnings"] == ["Nobody is on call in payments for part of that time."]


async def test_an_override_that_is_moved_to_where_somebody_is_away_says_so(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada", "ben")
    await cem_is_away(admin, at(3), at(4))
    made = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="ada", on="cem")
    assert named_away(made) == []
    path = f"{OVERRIDES}/{made.json()['override_id']}"
    later = {"starts_at": written(at(3, 10)), "ends_at": written(at(3, 11))}
    foreseen = named_away(await admin.patch(path, json=later, headers=DRY))
    assert len(foreseen) == 1
    moved = await admin.patch(path, json=later)
    assert named_away(moved) == foreseen
    other = await admin.patch(path, json={"on": "ben"})
    assert named_away(other) == []


async def test_whoever_takes_the_pager_while_away_is_told_and_has_it(admin: AsyncClient) -> None:
    await set_up(admin, "ada", "ben")
    await cem_is_away(admin, at(0), at(30))
    body = {"responder_id": "cem", "until": written(at(2))}
    path = "/v1/schedules/payments/take"
    foreseen = await admin.post(path, json=body, headers=DRY)
    assert len(named_away(foreseen)) >= 1
    assert foreseen.json()["until"] == written(at(2))
    taken = await admin.post(path, json=body)
    assert len(named_away(taken)) >= 1
    found = await shifts(admin, at(1), at(2), **after(taken))
    assert [one["on_call"][0]["responder_id"] for one in found] == ["cem"]
