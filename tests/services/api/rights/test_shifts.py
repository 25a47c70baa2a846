"""Who overrides whose shift: one's own; a team's managers all; its members, where it lets them."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from events.log.memory import MemoryLog
from services.api.dependencies import Dependencies
from tests.services.api.key_holders import holder_of
from tests.services.api.rights.cast import NOW, OVERRIDE, set_up, team

DRY = {"Tocsin-Dry-Run": "true"}
LATER = {"starts_at": NOW + timedelta(days=5), "ends_at": NOW + timedelta(days=6)}


@pytest.fixture
async def memory(dependencies: Dependencies) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    await set_up(dependencies.log)
    return dependencies.log


async def key_of(log: MemoryLog, person: str | None) -> dict[str, str]:
    who = ResponderId(person) if person else None
    return await holder_of(log, ApiScope.RESPONDER, responder_id=who)


async def override(
    client: AsyncClient, who: dict[str, str], schedule: str = "shop", **body: Any
) -> Response:
    wanted = {name: value.strftime("%FT%TZ") for name, value in LATER.items()} | body
    path = f"/v1/schedules/{schedule}/overrides"
    return await client.post(path, json=wanted, headers=who | DRY)


def is_refused(answer: Response) -> bool:
    """Return whether somebody has no right; what is let pass may still wait for a database."""
    return answer.status_code == 403 and answer.json()["permission"] == "override:write"


async def test_people_override_their_own_shifts_and_managers_everybodys(
    client: AsyncClient, memory: MemoryLog
) -> None:
    for who in ("ben", "grace"):
        assert not is_refused(await override(client, await key_of(memory, who), off="ben"))
    for stranger in ("mia", "omar", "ada", None):
        answer = await override(client, await key_of(memory, stranger), off="ben", on="mia")
        assert is_refused(answer)
        assert answer.json()["team_id"] == "payments"
        assert "Payments" in answer.json()["detail"]
        assert "(grace) and admins" in answer.json()["detail"]


async def test_nobody_adds_somebody_to_a_schedule_whose_team_they_do_not_lead(
    client: AsyncClient, memory: MemoryLog
) -> None:
    assert is_refused(await override(client, await key_of(memory, "ada"), on="ada"))
    assert not is_refused(await override(client, await key_of(memory, "grace"), on="ada"))


async def test_members_override_for_others_where_their_team_lets_them(
    client: AsyncClient, memory: MemoryLog
) -> None:
    mia = await key_of(memory, "mia")
    assert is_refused(await override(client, mia, off="ben", on="mia"))
    await team(memory, "payments", "grace", "ben mia", members_may_override=True)
    assert not is_refused(await override(client, mia, off="ben", on="mia"))
    refused = await override(client, await key_of(memory, "ada"), off="ben", on="ada")
    assert is_refused(refused)
    assert "its members and admins" in refused.json()["detail"]


async def test_the_schedule_of_no_team_is_overridden_by_its_people_and_admins(
    client: AsyncClient, memory: MemoryLog
) -> None:
    grace = await override(client, await key_of(memory, "grace"), "attic", off="ben", on="mia")
    assert is_refused(grace)
    assert "no team's" in grace.json()["detail"]
    ben = await override(client, await key_of(memory, "ben"), "attic", off="ben", on="mia")
    assert not is_refused(ben)
    admin = await holder_of(memory, ApiScope.ADMIN)
    assert not is_refused(await override(client, admin, "attic", off="ben", on="mia"))


async def test_the_pager_is_taken_from_oneself_or_by_whoever_overrides_for_others(
    client: AsyncClient, memory: MemoryLog
) -> None:
    path = "/v1/schedules/shop/take"
    for who, to, may in (
        ("mia", "mia", False),
        ("ben", "mia", True),
        ("grace", "mia", True),
        ("ada", "ada", False),
    ):
        key = await key_of(memory, who) | DRY
        answer = await client.post(path, json={"responder_id": to}, headers=key)
        assert is_refused(answer) is not may, (who, answer.text)


async def test_an_override_is_changed_and_withdrawn_by_the_people_in_it(
    client: AsyncClient, memory: MemoryLog
) -> None:
    path = f"/v1/schedules/shop/overrides/{OVERRIDE}"
    for who, may in (("ben", True), ("grace", True), ("mia", False), ("omar", False)):
        key = await key_of(memory, who) | DRY
        changed = await client.patch(path, json={"on": "mia"}, headers=key)
        withdrawn = await client.delete(path, headers=key)
        assert (is_refused(changed), is_refused(withdrawn)) == (not may, not may)


async def test_whoever_stands_in_hands_that_on_and_does_not_stand_in_for_longer(
    client: AsyncClient, memory: MemoryLog
) -> None:
    path = f"/v1/schedules/shop/overrides/{OVERRIDE}"
    admin, mia = await holder_of(memory, ApiScope.ADMIN), await key_of(memory, "mia") | DRY
    await client.patch(path, json={"on": "mia"}, headers=admin)
    assert not is_refused(await client.patch(path, json={"on": "ada"}, headers=mia))
    longer = {"ends_at": (NOW + timedelta(days=4)).strftime("%FT%TZ")}
    assert is_refused(await client.patch(path, json=longer, headers=mia))
    ben = await key_of(memory, "ben") | DRY
    assert not is_refused(await client.patch(path, json=longer, headers=ben))


async def test_a_shared_key_overrides_what_the_person_may_whom_it_speaks_for(
    client: AsyncClient, memory: MemoryLog
) -> None:
    shared = await key_of(memory, None)
    for name, may in (("ben", True), ("mia", False), ("grace", True)):
        answer = await override(client, shared | {"Tocsin-Responder": name}, off="ben")
        assert is_refused(answer) is not may
