"""An address belongs to one account, also when several ask for it in the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response

from events.configuration.api_key import ApiScope
from events.errors import LogOverloaded
from projections.configuration.accounts import AccountRow, with_email
from services.api.dependencies import Dependencies
from services.identity import one_address, one_at_a_time
from services.identity.admins import Admins
from services.identity.directory.group_rules import DirectoryRules
from services.scim.application import PREFIX, create_scim
from services.scim.desk import Desk
from services.settings import Settings
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.identity.local.arranging import LINK_KEY

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]
ADDRESS = "grace@example.com"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
type Door = Callable[[], Awaitable[Response]]


@pytest.fixture
def dependencies(dependencies: Dependencies) -> Dependencies:
    """The API of an installation that signs links."""
    object.__setattr__(dependencies, "settings", Settings(link_key=LINK_KEY))
    return dependencies


@pytest.fixture
async def scim(alone: Api) -> AsyncClient:
    """A directory at its door."""
    log = alone.log
    desk = Desk(
        log=log,
        database=log.database,
        admins=Admins(log, log.database),
        rules=DirectoryRules(roles=frozenset({ApiScope.RESPONDER}), rules=()),
        base=f"http://tocsin{PREFIX}",
        clock=lambda: datetime.now(UTC),
    )
    headers = await holder_of(log, ApiScope.SCIM)
    transport = ASGITransport(create_scim(desk))
    return AsyncClient(transport=transport, base_url=desk.base, headers=headers)


async def responders(api: Api, *people: str) -> None:
    for person in people:
        body = {"name": person.title(), "contact_methods": []}
        answer = await api.http.put(f"/v1/responders/{person}", json=body)
        assert answer.status_code == 200, answer.text


async def served(door: Door) -> Response:
    """Knock again as long as the door is busy, as every client does."""
    answer = await door()
    while answer.status_code == 503:
        assert answer.headers["Retry-After"]
        answer = await door()
    return answer


def invitation(api: Api, person: str, email: str = ADDRESS) -> Door:
    body, key = {"email": email, "roles": ["responder"]}, {"Idempotency-Key": str(uuid4())}
    path = f"/v1/accounts/{person}/invitation"
    return lambda: api.http.post(path, json=body, headers=key)


def change(api: Api, person: str, email: str) -> Door:
    key = {"Idempotency-Key": str(uuid4())}
    return lambda: api.http.put(f"/v1/accounts/{person}/email", json={"email": email}, headers=key)


def new_user(scim: AsyncClient, name: str, email: str = ADDRESS) -> Door:
    body = {"schemas": [USER], "userName": name, "emails": [{"value": email}], "active": True}
    return lambda: scim.post("/Users", json=body)


async def owners(api: Api, email: str = ADDRESS) -> list[AccountRow]:
    log = api.log
    async with one_address.alone(log, log.database), log.database.connection() as connection:
        return await with_email(connection, email)


async def test_of_twenty_invitations_in_one_moment_one_has_the_address(alone: Api) -> None:
    people = [f"person-{number}" for number in range(20)]
    await responders(alone, *people)
    emails = (ADDRESS, "Grace@Example.COM", "GRACE@example.com", "grace@EXAMPLE.com")
    doors = [
        invitation(alone, person, emails[number % len(emails)])
        for number, person in enumerate(people)
    ]
    answers = await asyncio.gather(*map(served, doors))
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert {one["detail"] for one in refused} == {
        "Another account signs in with this address: use another one."
    }
    assert len(await owners(alone)) == 1


async def test_a_directory_and_admins_who_give_an_address_at_once_give_it_to_one(
    alone: Api, scim: AsyncClient
) -> None:
    people = [f"person-{number}" for number in range(5)]
    await responders(alone, *people, "ada")
    made = await served(invitation(alone, "ada", "ada@example.com"))
    assert made.status_code == 200, made.text
    doors = [change(alone, "ada", ADDRESS)]
    for person in people:
        doors += [invitation(alone, person), new_user(scim, f"user of {person}")]
    answers = await asyncio.gather(*map(served, doors))
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert len(await owners(alone)) == 1
    users = [answer for answer in answers if answer.status_code == 201]
    assert len(users) == 1  # of whoever has the address


async def test_a_directory_cannot_change_an_address_to_somebody_elses(
    alone: Api, scim: AsyncClient
) -> None:
    await responders(alone, "ada")
    assert (await served(invitation(alone, "ada"))).status_code == 200
    user = (await served(new_user(scim, "ben", "ben@example.com"))).json()
    replace = {"op": "replace", "path": "emails", "value": [{"value": "GRACE@example.com"}]}
    patch: dict[str, Any] = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [replace],
    }
    answer = await served(lambda: scim.patch(f"/Users/{user['id']}", json=patch))
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert [row.account_id for row in await owners(alone)] == ["ada"]
    assert len(await owners(alone, "ben@example.com")) == 1


async def test_an_address_is_the_same_however_its_letters_are_made_up(
    alone: Api, scim: AsyncClient
) -> None:
    composed, decomposed = "ren\u00e9@example.com", "Rene\u0301@example.com"
    doors = [new_user(scim, "one", composed), new_user(scim, "other", decomposed)]
    answers = await asyncio.gather(*map(served, doors))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await owners(alone, composed)) == 1


async def test_many_wait_without_a_connection_and_not_for_ever(
    alone: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = alone.log
    monkeypatch.setattr(one_address, "WAIT", 0.05)

    async def wait() -> None:
        async with one_address.alone(log, log.database):
            pass

    async with one_at_a_time.alone(log.database, one_address.NAME, 0.0, ""):
        waiting = [asyncio.create_task(wait()) for _ in range(40)]
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(answer) for answer in answers} == {LogOverloaded}
        assert await log.head() > 0
