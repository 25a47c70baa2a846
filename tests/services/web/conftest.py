"""The web app over a real API, and browsers of people who are signed in."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from events.configuration.api_key import ApiScope
from events.ids import AccountId
from services.web.application import create_web
from services.web.forms import csrf_token
from services.web.live.live import Live
from services.web.page import Web
from services.web.session_cookie import PLAIN_NAME, written
from tests.eventually import eventually
from tests.services.api.conftest import refusals, refusing_port, routed
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

BASE = "http://tocsin"
SAME_ORIGIN = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}


@dataclass(kw_only=True)
class Browser:
    """A browser without script: it follows redirects and sends forms."""

    http: AsyncClient
    token: bytes

    async def get(self, address: str, **headers: str) -> Response:
        return await self.http.get(address, headers=headers)

    async def send(self, address: str, /, **fields: Any) -> Response:
        """Send a form of one of our pages."""
        fields.setdefault("csrf", csrf_token(self.token))
        return await self.http.post(address, data=fields, headers=SAME_ORIGIN)

    async def upload(self, address: str, file: tuple[str, bytes, str], **fields: Any) -> Response:
        """Send a form with a file."""
        fields.setdefault("csrf", csrf_token(self.token))
        return await self.http.post(address, data=fields, files={"file": file}, headers=SAME_ORIGIN)


@dataclass(kw_only=True)
class Site:
    """The web app, and who may be signed in."""

    app: Starlette
    live: Live
    api: Api
    people: People
    open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def register(self, person: str) -> None:
        """Let Tocsin know of a person."""
        path = f"/v1/responders/{person}"
        answer = await self.api.http.put(path, json={"name": person.title(), "contact_methods": []})
        assert answer.is_success, answer.text
        await self.api.http.get(path, params={"after_position": answer.json()["position"]})

    async def settled(self, *nouns: str) -> None:
        """Wait until these reads of the API know of everything that has happened."""
        position = await self.api.log.head()
        for noun in nouns:

            async def knows(noun: str = noun) -> bool:
                query = {"after_position": position}
                return (await self.api.http.get(f"/v1/{noun}", params=query)).is_success

            await eventually(f"{noun} knows of it", knows)

    async def browser_of(self, person: str, *roles: ApiScope, **options: Any) -> Browser:
        """Sign a person in."""
        await self.register(person)
        self.people.now = datetime.now(UTC)
        account_id = AccountId(person)
        await self.people.with_account(account_id, *(roles or (ApiScope.RESPONDER,)))
        token, _ = await self.people.sign_in(account_id)
        http = AsyncClient(
            transport=ASGITransport(self.app),
            base_url=BASE,
            cookies={PLAIN_NAME: written(token)},
            follow_redirects=True,
            **options,
        )
        return Browser(http=await self.open.enter_async_context(http), token=token)


@pytest.fixture
async def site(api: Api, projected: None, routed: FastAPI) -> AsyncIterator[Site]:
    """The web app with everything behind it."""
    people = people_on(api.log)
    clock = routed.state.dependencies.clock
    web = Web(api=routed, log=api.log, sessions=people.sessions, clock=clock, secure=False)
    dependencies = routed.state.dependencies
    live = Live(dependencies.live_feed, dependencies, dependencies.sightings)
    site = Site(app=create_web(web, live), live=live, api=api, people=people)
    async with site.open:
        yield site


@pytest.fixture
async def ada(site: Site) -> Browser:
    """Ada, a responder."""
    return await site.browser_of("ada")
