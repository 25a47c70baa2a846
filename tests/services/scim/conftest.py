"""The SCIM door over a real log, and a directory with a key for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from events.configuration.api_key import ApiScope
from events.configuration.team import TeamDefined, team_decider
from events.ids import AccountId, TeamId, team_stream
from events.loading import load
from services.identity.admins import Admins
from services.identity.directory.group_rules import DirectoryRules, GroupRule
from services.identity.finding import account_of
from services.scim.application import PREFIX, create_scim
from services.scim.desk import Desk
from tests.services.api.conftest import refusals, refusing_port, routed
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import (
    Api,
    alone,
    api,
    connected,
    dependencies,
    projected,
    unworked,
)
from tests.services.identity.signing_people_in import People, people_on

__all__ = [
    "alone",
    "api",
    "connected",
    "dependencies",
    "projected",
    "refusals",
    "refusing_port",
    "routed",
    "unworked",
]

BASE = f"http://tocsin{PREFIX}"
RULES = DirectoryRules(
    roles=frozenset({ApiScope.RESPONDER}),
    rules=(
        GroupRule(group="SRE leads", roles=frozenset({ApiScope.ADMIN})),
        GroupRule(group="Platform managers", teams={TeamId("platform"): True}),
    ),
)


@dataclass
class Directory:
    """A directory of the organisation, at our door."""

    http: AsyncClient
    app: Starlette
    api: Api
    people: People
    headers: dict[str, str]

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        return await self.http.request(method, f"{BASE}{path}", json=body, headers=headers)

    async def made(self, user_name: str = "grace@example.com", **more: Any) -> dict[str, Any]:
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "active": True,
            **more,
        }
        answer = await self.send("POST", "/Users", body)
        assert answer.status_code == 201, answer.text
        user: dict[str, Any] = answer.json()
        return user

    async def grouped(self, name: str, *members: str) -> dict[str, Any]:
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": name,
            "members": [{"value": one} for one in members],
        }
        answer = await self.send("POST", "/Groups", body)
        assert answer.status_code == 201, answer.text
        group: dict[str, Any] = answer.json()
        return group

    async def patched(self, path: str, *operations: dict[str, Any]) -> Response:
        body = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": list(operations),
        }
        return await self.send("PATCH", path, body)

    async def roles(self, user_id: str) -> set[ApiScope]:
        account = await account_of(self.api.log, AccountId(user_id))
        return set(account.standing.roles)

    async def state(self, user_id: str) -> str:
        return (await account_of(self.api.log, AccountId(user_id))).standing.state

    async def team(self, team_id: str) -> dict[str, bool]:
        team, _ = await load(self.api.log, team_decider, team_stream(TeamId(team_id)))
        assert isinstance(team, TeamDefined)
        return {one.responder_id: one.manager for one in team.members}


@pytest.fixture
async def directory(api: Api, projected: None) -> AsyncIterator[Directory]:
    people = people_on(api.log)
    people.now = datetime.now(UTC)
    log = api.log
    desk = Desk(
        log=log,
        database=log.database,
        admins=Admins(log, log.database),
        rules=RULES,
        base=BASE,
        clock=lambda: datetime.now(UTC),
    )
    app = create_scim(desk)
    headers = await holder_of(log, ApiScope.SCIM)
    async with AsyncClient(
        transport=ASGITransport(app), base_url="http://tocsin", headers=headers
    ) as http:
        yield Directory(http, app, api, people, headers)
