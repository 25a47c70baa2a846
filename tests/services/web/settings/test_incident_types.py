"""Incident types and their fields are made and changed in the browser."""

from typing import Any
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack

HERE = "/settings/incident-types/data-loss/edit"
NEW = "/settings/new-incident-type"
LOSS = {
    "id": "data-loss",
    "name": "Data loss",
    "id-0": "customer",
    "label-0": "Customer",
    "needed-0": "declaration",
    "id-2": "region",
    "kind-2": "multi_select",
    "options-2": "eu\r\n us \r\n",
}


async def press(browser: Browser, address: str, seen: int = 0, **changed: str) -> Any:
    version = {"seen": str(seen)} if seen else {}
    return await browser.send(address, **{**LOSS, "command": str(uuid4()), **version, **changed})


@pytest.fixture
async def root(site: Site) -> Browser:
    return await site.browser_of("root", ApiScope.ADMIN)


async def test_a_type_is_made_with_its_fields_and_changed(site: Site, root: Browser) -> None:
    made = await press(root, NEW)
    assert made.url.path == "/settings/incident-types"
    assert "Data loss" in made.text
    found = (await site.api.http.get("/v1/incident-types/data-loss")).json()
    assert [(one["field_id"], one["kind"], one["needed"]) for one in found["fields"]] == [
        ("customer", "text", "declaration"),
        ("region", "multi_select", "never"),
    ]
    assert found["fields"][1]["options"] == ["eu", "us"]
    assert 'value="customer"' in (await root.get(HERE)).text
    assert "Lost orders" in (await press(root, HERE, 1, name="Lost orders")).text
    late = await press(root, HERE, 1, name="Gone")
    assert late.status_code == 412
    assert "Lost orders: Customer (text, declaration)" in late.text
    assert 'value="Gone"' in late.text


async def test_what_no_type_can_be_is_refused_at_its_field(root: Browser) -> None:
    refused = await press(root, NEW, 0, **{"options-2": ""})
    assert refused.status_code == 422
    assert 'id="options-2-wrong"' in refused.text
    assert 'value="Data loss"' in refused.text
    await press(root, NEW)
    assert 'id="id-wrong"' in (await press(root, NEW)).text


async def test_only_admins_are_offered_the_forms(site: Site, root: Browser, ada: Browser) -> None:
    await press(root, NEW)
    assert "New incident type" in (await root.get("/settings/incident-types")).text
    for address in ("/settings/incident-types", NEW, HERE):
        shown = await ada.get(address)
        assert "Save</button>" not in shown.text
        assert 'class="button accent"' not in shown.text
    assert (await press(ada, HERE, 1)).status_code == 403
    past = await root.get(f"{HERE}?as_of={await site.api.log.head()}")
    assert "Save</button>" not in past.text
