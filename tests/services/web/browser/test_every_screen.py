"""Every screen there is, also those that come later: what holds for all of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pytest
from playwright.async_api import Page, ViewportSize
from starlette.routing import Route

from events.configuration.api_key import ApiScope
from services.web.application import routes
from tests.services.api.live.conftest import Api
from tests.services.web.browser.conftest import DESK, PHONE, Screens

pytestmark = pytest.mark.stack

AXE = Path("node_modules/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW: ViewportSize = {"width": 320, "height": 640}
NO_SCREENS = {"/live", "/audit/export"}  # a stream, and a file
EVERYTHING = (ApiScope.ADMIN, ApiScope.RESPONDER)
THEMES: list[Literal["light", "dark"]] = ["light", "dark"]
WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter(one => !one.closest('.scroll, .unseen, [data-wide]'))
  .map(one => one.tagName + '.' + one.className + ' ' + one.textContent.trim().slice(0, 40))
  .slice(0, 3)"""


def addresses(known: dict[str, str]) -> Iterator[str]:
    """Yield the address of every page that can be gone to with what is known."""
    for route in routes():
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        is_file = "." in route.path.rpartition("/")[2]
        if route.path in NO_SCREENS or is_file or not set(route.param_convertors) <= set(known):
            continue
        address = route.path
        for name in route.param_convertors:
            address = address.replace(f"{{{name}}}", quote(known[name]))
        yield address


async def lived_in(screens: Screens) -> dict[str, str]:
    """Have something on every screen, and return how it is called in addresses."""
    api = screens.site.api
    declared: dict[str, Any] = {}
    for number, severity in enumerate(["SEV4", "SEV3", "SEV2", "SEV1"]):
        title = f"Checkout fails for customers with a very long title number {number}"
        declared = await api.started(title=title, severity=severity)
    item = {"text": "Add a canary stage", "action": "prevent", "owner": "ada", "priority": "P1"}
    await api.responder("ada")
    opened = await api.give(declared["reference"], "action-items", item)
    assert opened.is_success, opened.text
    service = {"name": "Checkout", "escalation_policy_id": None}
    made = await api.http.put("/v1/services/checkout", json=service)
    assert made.is_success, made.text
    query = {"after_position": made.json()["position"]}
    assert (await api.http.get("/v1/services/checkout", params=query)).is_success
    named = await configured(api)
    post = {"status_page_ids": ["acme"], "title": "Payments fail", "text": "Some of them."}
    posted = await api.give(declared["reference"], "public-posts", post | {"state": "identified"})
    assert posted.is_success, posted.text
    query = {"after_position": posted.json()["position"]}
    assert (await api.http.get("/v1/status-pages/acme/public-posts", params=query)).is_success
    return {
        "reference": declared["reference"],
        "service": "checkout",
        "person": "ada",
        **named,
    }


async def configured(api: Api) -> dict[str, str]:
    """Have a monitor that has sent something, and a rule."""
    body = {"name": "Alertmanager", "service_id": "checkout"}
    made = (await api.http.post("/v1/integrations", json=body)).json()
    sent = {"title": "Disk full", "dedup_key": "disk", "labels": {"host": "db-1"}}
    rule = {
        "name": "Disks wait",
        "conditions": [{"field": "title", "comparison": "contains", "values": ["Disk"]}],
        "outcome": {"suppress": True},
    }
    field = {"field_id": "region", "label": "Region", "kind": "select", "options": ["eu", "us"]}
    asked = {"name": "Data loss", "fields": [field]}
    assert (await api.http.put("/v1/incident-types/data-loss", json=asked)).is_success
    rules = await api.http.put("/v1/routing-rules/organisation", json={"rules": [rule]})
    assert rules.is_success, rules.text
    assert (await api.http.post(f"/v1/integrations/{made['key']}/generic", json=sent)).is_success
    parts = [{"component_id": "checkout", "name": "Checkout", "service_ids": ["checkout"]}]
    status_page = {"name": "Acme", "components": parts}
    assert (await api.http.put("/v1/status-pages/acme", json=status_page)).is_success
    query = {"after_position": await api.log.head()}
    await api.http.get("/v1/status-pages", params=query)
    await api.http.get("/v1/held-alerts", params=query)
    await api.http.get("/v1/routing-rules", params=query)
    integration_id = made["integration_id"]
    return {
        "integration": integration_id,
        "rules": "organisation",
        "place": "0",
        "page": "acme",
        "type": "data-loss",
    }


async def test_no_screen_has_a_fault_that_axe_finds_and_none_asks_another_host(
    screens: Screens, subtests: pytest.Subtests
) -> None:
    known = await lived_in(screens)
    context = await screens.context("ada", *EVERYTHING)
    page = await context.new_page()
    for address in addresses(known):
        await page.goto(address)
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            with subtests.test(address=address, theme=theme):
                assert await faults(page) == []


async def faults(page: Page) -> list[str]:
    """Return what axe says is wrong with a page."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found = await page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


async def test_no_screen_scrolls_sideways_on_the_narrowest_phone(
    screens: Screens, subtests: pytest.Subtests
) -> None:
    known = await lived_in(screens)
    page = await screens.tab("ada", "/jump", *EVERYTHING, viewport=NARROW)
    for address in addresses(known):
        await page.goto(address)
        with subtests.test(address=address):
            scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not await page.evaluate(scrolls), await page.evaluate(WIDE)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
async def test_what_is_pressed_is_large_enough_for_a_thumb(
    screens: Screens, viewport: ViewportSize, subtests: pytest.Subtests
) -> None:
    known = await lived_in(screens)
    page = await screens.tab("ada", "/jump", *EVERYTHING, viewport=viewport)
    least = 44 if viewport is PHONE else 24
    small = """least => [...document.querySelectorAll('button, .button, summary, select, .thumb a')]
      .map(one => [one, one.getBoundingClientRect()])
      .filter(([one, box]) => box.width && (box.height < least - 0.5 || box.width < 24))
      .map(([one, box]) => one.outerHTML.slice(0, 120) + ' ' + box.width + 'x' + box.height)"""
    for address in addresses(known):
        await page.goto(address)
        with subtests.test(address=address):
            assert await page.evaluate(small, least) == []
