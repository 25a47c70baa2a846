"""Live pages: what happened is on every open page within a second, for those who may see it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from services.web.forms import csrf_token
from services.web.live import live as live_module
from services.web.live import painting
from services.web.live.shown import Shown, next_due
from tests.eventually import eventually
from tests.services.api.key_holders import holder_of
from tests.services.web.conftest import Browser, Site
from tests.services.web.serving import served

LONG = 30.0  # seconds, on a machine with other work


@dataclass(kw_only=True)
class Page:
    """An open page: what its stream has said so far."""

    events: list[tuple[str, str]] = field(default_factory=list)
    ended: bool = False

    def said(self, event: str) -> list[str]:
        return [data for name, data in self.events if name == event]

    @property
    def regions(self) -> str:
        return "\n".join(self.said("regions"))

    async def shows(self, text: str) -> None:
        await eventually(f"the page shows {text}", lambda: text in self.regions)

    async def gone(self) -> str:
        await eventually("the page is gone", lambda: self.ended)
        return str(json.loads(self.said("gone")[0])["reason"])


@dataclass
class Pages:
    """Opens pages of the served site."""

    url: str
    stack: AsyncExitStack

    async def open(self, browser: Browser, of: str) -> Page:
        page = Page()
        cookies = dict(browser.http.cookies)
        task = asyncio.create_task(self._follow(page, cookies, of))
        self.stack.callback(task.cancel)
        await eventually("the stream has begun", lambda: bool(page.events) or task.done())
        if task.done():
            task.result()
        return page

    async def _follow(self, page: Page, cookies: dict[str, str], of: str) -> None:
        async with (
            httpx.AsyncClient(cookies=cookies, timeout=LONG, trust_env=False) as http,
            http.stream("GET", f"{self.url}/live", params={"of": of}) as answer,
        ):
            assert answer.status_code == 200, await answer.aread()
            event, data = "", list[str]()
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    data.append(value)
                elif not line:
                    page.events.append((event, "\n".join(data)))
                    data.clear()
        page.ended = True


@pytest.fixture
async def pages(site: Site) -> AsyncIterator[Pages]:
    async with served(site) as running, AsyncExitStack() as stack:
        yield Pages(running.url, stack)


@pytest.mark.stack
async def test_what_one_does_another_sees_without_asking(
    site: Site, ada: Browser, pages: Pages
) -> None:
    bob = await site.browser_of("bob")
    page = await pages.open(bob, "/")
    await page.shows("Nothing is open")
    declared = await site.api.started(severity="SEV1")
    await page.shows(declared["reference"])
    path = f"/incidents/{declared['reference']}/acknowledgement?next=/"
    await ada.send(path, seen=str(declared["version"]))
    await page.shows('Acknowledged by <span data-person="ada">Ada</span>')
    assert 'hx-target="#board"' in page.said("regions")[0]
    assert page.said("alive")


@pytest.mark.stack
async def test_those_who_see_the_same_share_one_painting_and_each_has_an_own_token(
    site: Site, ada: Browser, pages: Pages
) -> None:
    bob = await site.browser_of("bob")
    auditor = await site.browser_of("cy", ApiScope.AUDITOR, ApiScope.RESPONDER)
    declared = await site.api.started(severity="SEV1")
    opened = [await pages.open(one, "/") for one in (ada, bob, auditor)]
    for page in opened:
        await page.shows(declared["reference"])
    assert len(site.live.audiences) == 2
    for browser, page in zip((ada, bob, auditor), opened, strict=True):
        assert set(re.findall(r'name="csrf" value="(\w+)"', page.regions)) <= {
            csrf_token(browser.token)
        }


@pytest.mark.stack
async def test_a_private_incident_reaches_only_those_who_may_know_of_it(
    site: Site, ada: Browser, pages: Pages
) -> None:
    bob = await site.browser_of("bob")
    mine, others = await pages.open(ada, "/"), await pages.open(bob, "/")
    key = await holder_of(site.api.log, ApiScope.RESPONDER, responder_id=ResponderId("ada"))
    body = {"title": "Salaries leaked", "private": True}
    answer = await site.api.http.post("/v1/incidents", json=body, headers=key)
    assert answer.status_code == 201, answer.text
    await mine.shows("Salaries leaked")
    await site.api.declare(title="Checkout fails")
    await others.shows("Checkout fails")
    assert "Salaries" not in others.regions
    assert len(site.live.audiences) == 2


@pytest.mark.stack
async def test_who_signs_out_is_sent_nothing_more(site: Site, ada: Browser, pages: Pages) -> None:
    page = await pages.open(ada, "/")
    found = await site.people.who(ada.token)
    assert found is not None
    await site.people.sessions.end(found.row.session_id, site.people.now)
    next(iter(site.live.viewers)).in_doubt = True
    assert await page.gone() == live_module.SIGNED_OUT


@pytest.mark.stack
async def test_a_stranger_a_past_page_and_another_site_have_no_stream(
    site: Site, ada: Browser
) -> None:
    assert (await ada.get("/live?of=/%3Fas_of=5")).status_code == 404
    assert (await ada.get("/live?of=//evil.example")).status_code == 404
    assert (await ada.get("/live?of=/", **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    ada.http.cookies.clear()
    answer = await ada.get("/live?of=/")
    assert answer.text.startswith("event: gone\n")


@pytest.mark.stack
async def test_two_hundred_who_see_the_same_have_it_painted_once_for_each_position(
    site: Site, ada: Browser, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = list[int]()

    async def painted(route: Any, scope: Any, visit: Any, position: int) -> Any:
        positions.append(position)
        return await painting.painted(route, scope, visit, position)

    opened: list[Any] = []
    while len(opened) < 200:  # a few at a time: more would be put off on a busy machine
        opened += await asyncio.gather(*(pages.open(ada, "/") for _ in range(8)))
    await eventually("all have a first picture", lambda: all(one.regions for one in opened))
    monkeypatch.setattr(live_module, "painted", painted)
    declared = await site.api.declare(title="Checkout fails")
    for page in opened:
        await page.shows(declared["reference"])
    assert len(site.live.audiences) == 1
    assert len(positions) == len(set(positions)) <= 3


def test_what_becomes_late_is_painted_when_it_does() -> None:
    now = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    until = '<time datetime="2026-11-29T03:0{}:00Z" title="x" data-until="">5 min</time>'
    assert next_due([until.format(5), until.format(2)], now) == 120
    assert next_due(["nothing"], now) is None


def test_a_running_time_is_no_news() -> None:
    before = '<time datetime="x" title="y" data-since="">7 s</time> by Ada'
    after = '<time datetime="x" title="y" data-since="">8 s</time> by Ada'
    seen = Shown.of(1, {"board": before}).digests
    assert not Shown.of(2, {"board": after}).news_for(seen)
    assert Shown.of(3, {"board": after + "!"}).news_for(seen) == {"board"}
