"""An integration gets another key in the browser, shown once, and its old one ends as it says."""

import html
import re
from uuid import uuid4

import pytest

from events.configuration.api_key import ApiScope
from tests.services.web.alerts.test_alerts import send, sending
from tests.services.web.conftest import Browser, Site

pytestmark = pytest.mark.stack

FOR_A_DAY = "86400"


async def opens(site: Site, key: str) -> bool:
    body = {"title": "Disk full", "dedup_key": "disk"}
    answer = await site.api.http.post(f"/v1/integrations/{key}/generic", json=body)
    assert answer.status_code in {200, 202, 401}, answer.text
    return answer.is_success


async def replaced(browser: Browser, address: str, grace: str) -> str:
    """Replace the key, and return the new one."""
    shown = await browser.get(address)
    seen = re.findall(r'name="seen" value="(\d+)"', shown.text)[-1]
    made = await browser.send(f"{address}/key", command=str(uuid4()), grace=grace, seen=seen)
    assert made.status_code == 200, made.text
    [key] = re.findall(r'"secret"><code>(tocsin_ingest_\w+)</code>', html.unescape(made.text))
    return str(key)


async def test_a_key_is_replaced_and_the_old_one_is_good_for_as_long_as_was_said(
    site: Site,
) -> None:
    root = await site.browser_of("root", ApiScope.ADMIN)
    integration_id, old = await sending(site)
    await send(site, old, "Gateway down")
    address = f"/alerts/integrations/{integration_id}"
    new = await replaced(root, address, FOR_A_DAY)
    assert await opens(site, new)
    assert await opens(site, old)
    shown = await root.get(f"{address}?after_position={await site.api.log.head()}")
    assert "replaced it" in shown.text
    assert "The one of before is taken until" in shown.text
    newest = await replaced(root, f"{address}", "0")
    assert [await opens(site, one) for one in (newest, new, old)] == [True, False, False]


async def test_a_key_is_shown_once_beside_what_came_last(site: Site) -> None:
    root = await site.browser_of("root", ApiScope.ADMIN)
    integration_id, key = await sending(site)
    await send(site, key, "Gateway down")
    form = {"command": str(uuid4()), "grace": FOR_A_DAY}
    made = await root.send(f"/alerts/integrations/{integration_id}/key", **form)
    assert "tocsin_ingest_" in made.text
    assert "Received last" in made.text
    assert "/alerts/arrivals/" in made.text  # what became of it may be noted later
    again = await root.send(f"/alerts/integrations/{integration_id}/key", **form)
    assert "tocsin_ingest_" not in again.text
    assert "The key was shown before" in again.text


async def test_nobody_is_offered_to_replace_a_key_whom_the_api_would_refuse(
    site: Site, ada: Browser
) -> None:
    integration_id, _ = await sending(site)
    address = f"/alerts/integrations/{integration_id}"
    await site.api.http.get(
        "/v1/integrations", params={"after_position": await site.api.log.head()}
    )
    assert "Make another key" not in (await ada.get(address)).text
    refused = await ada.send(f"{address}/key", command=str(uuid4()), grace=FOR_A_DAY)
    assert refused.status_code == 403
    team = {"name": "Payments", "members": [{"responder_id": "ada", "manager": True}]}
    assert (await site.api.http.put("/v1/teams/payments", json=team)).is_success
    service = {"name": "Checkout", "escalation_policy_id": None, "team_id": "payments"}
    made = await site.api.http.put("/v1/services/checkout", json=service)
    assert made.is_success, made.text
    await site.api.http.get("/v1/teams", params={"after_position": made.json()["position"]})
    assert "Make another key" in (await ada.get(address)).text
    past = await ada.get(f"{address}?as_of={made.json()['position']}")
    assert "Make another key" not in past.text
