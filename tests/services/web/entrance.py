"""The web app with a certified identity provider, and browsers without script in front of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from events.account.commands import (
    AccountCommand,
)
from events.configuration.api_key import ApiScope
from events.ids import AccountId, TeamId
from services.identity.admins import Admins
from services.identity.directory.group_rules import GroupRule
from services.identity.finding import account_of
from services.identity.oidc.connection import Admission
from services.identity.oidc.door import Door
from services.identity.oidc.provider import Provider
from services.web.application import create_web
from services.web.forms import csrf_token
from services.web.live.live import Live
from services.web.page import Web
from services.web.session_cookie import token_in
from tests.identity_providers import PEOPLE, Browser, IdentityProvider, ProviderClient
from tests.services.api.live.conftest import Api
from tests.services.identity.oidc.arranging import SEALER, provider_at
from tests.services.identity.signing_people_in import People, people_on
from tests.services.web.conftest import BASE, SAME_ORIGIN

START = "/sign-in/oidc/example"
CLIENT = ProviderClient(
    redirect_uris=(f"{BASE}{START}/callback",), post_logout_redirect_uris=(f"{BASE}/sign-in",)
)
RULED: dict[str, Any] = {
    "admission": Admission(domains=frozenset({"example.com"})),
    "rules": (
        GroupRule(group="oncall", roles=frozenset({ApiScope.RESPONDER})),
        GroupRule(group="sre", roles=frozenset({ApiScope.ADMIN})),
        GroupRule(group="everybody", roles=frozenset({ApiScope.OBSERVER})),
        GroupRule(group="payments", teams={TeamId("payments"): False}),
    ),
}


@dataclass
class Person:
    """Somebody with a browser, which remembers them at the provider and here."""

    http: AsyncClient
    there: Browser

    async def sign_in(self, account: str, start: str = START) -> Response:
        out = await self.http.get(start)
        assert out.status_code == 303, out.text
        back = urlsplit(await self.there.sign_in(out.headers["location"], account))
        return await self.http.get(f"{back.path}?{back.query}")

    @property
    def token(self) -> bytes:
        found = token_in(dict(self.http.cookies), secure=False)
        assert found is not None
        return found

    async def sends(self, address: str, **fields: str) -> Response:
        form = {"csrf": csrf_token(self.token), **fields}
        return await self.http.post(address, data=form, headers=SAME_ORIGIN)

    async def is_in(self) -> bool:
        return (await self.http.get("/")).status_code == 200


@dataclass
class Entrance:
    """The web app with a provider, and what is behind it."""

    api: Api
    people: People
    routed: FastAPI
    provider: IdentityProvider
    stack: AsyncExitStack
    connection: dict[str, Any]

    def door(self) -> Door:
        provider: Provider = provider_at(self.provider.issuer, **self.connection)
        return Door(
            log=self.api.log,
            database=self.api.log.database,
            sessions=self.people.sessions,
            admins=Admins(self.api.log, self.api.log.database),
            providers={"example": provider},
            sealer=SEALER,
            public_url=BASE,
            clock=provider.clock,
        )

    async def person(self) -> Person:
        web = Web(
            api=self.routed,
            log=self.api.log,
            sessions=self.people.sessions,
            clock=self.door().clock,
            secure=False,
            door=self.door(),
        )
        dependencies = self.routed.state.dependencies
        app = create_web(web, Live(dependencies.live_feed, dependencies, dependencies.sightings))
        http = AsyncClient(transport=ASGITransport(app), base_url=BASE)
        return Person(await self.stack.enter_async_context(http), Browser())

    async def groups(self, person: str, *groups: str) -> None:
        accounts = {**PEOPLE, person: {**PEOPLE[person], "groups": list(groups)}}
        await self.provider.arrange(clients=[CLIENT], accounts=accounts)

    async def roles(self, account_id: str) -> tuple[ApiScope, ...]:
        return (await account_of(self.api.log, AccountId(account_id))).standing.roles

    async def state(self, account_id: str) -> str:
        return (await account_of(self.api.log, AccountId(account_id))).standing.state

    async def give(self, command: AccountCommand) -> None:
        await self.people.give(command)

    async def responders(self) -> set[str]:
        answer = await self.api.http.get("/v1/responders")
        return {one["responder_id"] for one in answer.json()["responders"]}


@pytest.fixture
async def entrance(
    api: Api, projected: None, routed: FastAPI, identity_provider: IdentityProvider
) -> AsyncIterator[Entrance]:
    await identity_provider.arrange(clients=[CLIENT])
    async with AsyncExitStack() as stack:
        yield Entrance(api, people_on(api.log), routed, identity_provider, stack, dict(RULED))
