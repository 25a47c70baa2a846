"""Under overload pages are put off like every read, and who acknowledges is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from fastapi import FastAPI

from services.api.http.load_shedding import LoadShedding, Priority
from tests.services.api.test_load_shedding import ONE, flooded
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack

PAGES = [
    *("/", "/incidents", "/on-call", "/services", "/alerts", "/settings", "/audit/private"),
    *("/insights", "/insights/quarter", "/insights/load", "/insights/findings"),
]
LONGEST = 5.0  # seconds until somebody is told to come again


@asynccontextmanager
async def overloaded(app: FastAPI) -> AsyncIterator[None]:
    """Have more reads and changes of configuration than there is room for."""
    before = app.state.dependencies
    shedding = LoadShedding(ONE)
    app.state.dependencies = replace(before, load_shedding=shedding)
    async with flooded(shedding, Priority.READ), flooded(shedding, Priority.LOW):
        yield
    app.state.dependencies = before


async def test_pages_are_put_off_and_an_acknowledgement_goes_through(
    site: Site, ada: Browser, routed: FastAPI
) -> None:
    one, other = await site.api.started(severity="SEV1"), await site.api.started(severity="SEV1")
    ada.http.follow_redirects = False
    clock = asyncio.get_running_loop().time
    async with overloaded(routed):
        for address in PAGES:
            began = clock()
            answer = await ada.get(address)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), address
            assert "Tocsin cannot answer at the moment" in answer.text
            assert clock() - began < LONGEST, address
        pressed = await ada.send(f"/incidents/{one['reference']}/acknowledgement")
        assert pressed.status_code == 303, pressed.text
        pressed = await ada.send("/incidents/acknowledgements", reference=other["reference"])
        assert pressed.status_code == 303, pressed.text
        changed = await ada.send("/settings/page-test")
        assert changed.status_code == 503
    for declared in (one, other):
        shown = await ada.get(f"/incidents/{declared['reference']}")
        assert "Nobody else is being paged" in shown.text


async def test_a_link_in_a_message_answers_while_pages_are_put_off(
    site: Site, routed: FastAPI
) -> None:
    async with overloaded(routed):
        answer = await site.api.http.get("/ack/a-token-that-is-none")
    assert answer.status_code != 503, answer.text
