"""What is pushed shows, is answered from there, and a phone without connection says so."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from playwright.async_api import expect

from activities.integrations.web_push.render import payload_of
from events.ids import DeliveryId
from services.front.application import Front
from tests.activities.sample import message
from tests.fakes.push_service import PushService
from tests.fakes.receiver import receiver
from tests.services.api.test_ack_page import ADA, KEY, answered_by, page_with, token
from tests.services.web.browser.conftest import PHONE, SECONDS, Screens
from tests.services.web.browser.pushing import Pushed, pushed
from tests.services.web.settings.test_this_browser import pushing

__all__ = ["pushing"]

pytestmark = pytest.mark.stack

expect.set_options(timeout=SECONDS)


# Chromium's own push service is out of reach: this is what it would have answered.
SUBSCRIBED = """(() => {
    const said = %s;
    const made = () => ({
        endpoint: said.endpoint,
        toJSON: () => said,
        unsubscribe: async () => { localStorage.removeItem('subscribed'); return true; },
    });
    PushManager.prototype.getSubscription = async () => localStorage.subscribed ? made() : null;
    PushManager.prototype.subscribe = async ({applicationServerKey}) => {
        localStorage.setItem('subscribed', applicationServerKey);
        return made();
    };
})()"""


async def phone(screens: Screens) -> Pushed:
    return await pushed(await screens.context("ada", viewport=PHONE), "/settings/device")


async def test_a_page_is_shown_and_answered_from_there_in_the_servers_words(
    screens: Screens, routed: FastAPI
) -> None:
    behind = routed.state.dependencies
    settings = behind.settings.model_copy(update={"link_key": KEY})
    routed.state.dependencies = replace(behind, settings=settings)
    screens.site.app = cast(
        "Any", Front(routed, screens.site.app, screens.site.app, screens.site.app)
    )
    await screens.served.stop()
    await screens.served.start()
    one = await phone(screens)
    page_id = await page_with(cast("Any", screens.site.api.log), answered_by(ADA))
    link = token(page_id, until=datetime.now(UTC) + timedelta(hours=1))
    paged = message(ack_url=f"{screens.served.url}/ack/{link}")
    shown = await one.one("SEV1 INC-1042: Checkout is down", payload_of(paged))
    assert shown["body"] == paged.text
    assert shown["loud"]
    assert shown["actions"] == [["answer-0", "Acknowledge"], ["open", "Open"]]
    await one.press("answer-0")
    taken = await one.one("INC-1042: You have it")
    assert "nobody else is being paged" in taken["body"]
    assert taken["actions"] == [["open", "Open"]]
    await one.push(payload_of(paged))  # a push service repeats itself
    assert (await one.one("INC-1042: You have it"))["body"] == taken["body"]


async def test_an_answer_that_does_not_arrive_is_never_said_to_be_taken(screens: Screens) -> None:
    one = await phone(screens)
    paged = payload_of(message(ack_url=f"{screens.served.url}/ack/x"))
    await one.one("SEV1 INC-1042: Checkout is down", paged)
    await one.page.context.set_offline(True)
    await one.press("answer-0")
    sending = await one.one("INC-1042: sending “Acknowledge”")
    assert sending["body"] == "It is not taken yet."
    lost = await one.one("INC-1042: no answer from Tocsin")
    assert "twice counts once" in lost["body"]
    assert lost["actions"][0] == ["answer-0", "Acknowledge"]


async def test_what_comes_late_or_cannot_be_read_hides_nothing_newer(screens: Screens) -> None:
    one = await phone(screens)
    newer = message(paged_at=message().at.replace(hour=4), title="Checkout is down again")
    await one.one("SEV1 INC-1042: Checkout is down again", payload_of(newer))
    await one.push(payload_of(replace(message(), delivery_id=DeliveryId(uuid4()))))
    private = message(private=True, reference="INC-1043", title="Breach at X")
    await one.one("SEV1 INC-1043: a private incident", payload_of(private))
    await one.one("Tocsin has something for you", b"{")
    assert len(await one.shown()) == 3


async def test_without_connection_one_page_says_so_and_no_page_is_kept(screens: Screens) -> None:
    screens.seen.expected = ["ERR_INTERNET_DISCONNECTED", "503"]
    one = await phone(screens)
    page = one.page
    await page.context.set_offline(True)
    await page.goto("/incidents?severity=SEV1")
    await expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    await expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    await page.context.set_offline(False)
    await page.get_by_role("link", name="Try again").click()
    await expect(page).to_have_url(f"{screens.served.url}/incidents?severity=SEV1")
    await page.goto("/settings/account")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.context.set_offline(True)
    await page.evaluate("document.querySelector('form[action=\"/sign-out\"]').submit()")
    await expect(page.get_by_text("is not known to be taken")).to_be_visible()
    back = page.get_by_role("link", name="Back to the page")
    await expect(back).to_have_attribute("href", f"{screens.served.url}/settings/account")
    assert await one.worker.evaluate("caches.keys()") == []


async def test_a_browser_can_install_it_as_an_app(screens: Screens) -> None:
    one = await phone(screens)
    found = await one.cdp.send("Page.getAppManifest")
    assert found["errors"] == []
    assert "Tocsin" in found["data"]
    wrong = await one.cdp.send("Page.getInstallabilityErrors")
    assert [it for it in wrong["installabilityErrors"] if it["errorId"] != "in-incognito"] == []


@pytest.mark.usefixtures("pushing")
async def test_a_browser_is_added_by_a_press_and_not_paged_after_signing_out(
    screens: Screens,
) -> None:
    service = PushService()
    async with receiver(vendor=service) as there:
        context = await screens.context("ada", viewport=PHONE)
        await context.add_init_script(SUBSCRIBED % service.subscription(there.base))
        one = await pushed(context, "/settings")
        page = one.page
        await page.get_by_role("button", name="Add this browser").click()
        await expect(page.get_by_text("(this one)")).to_be_visible()
        await expect(page.get_by_role("button", name="Add this browser")).to_be_hidden()
        [sent] = service.waiting.values()
        await one.one(sent["headline"], json.dumps(sent).encode())
        [code] = re.findall(r"[0-9]{3} [0-9]{3}", sent["headline"])
        await page.get_by_label("Code").fill(code)
        await page.get_by_role("button", name="Check it").click()
        await expect(page.get_by_text("not checked")).to_have_count(0)
        await page.get_by_role("button", name="Test page", exact=True).click()
        await expect(page.get_by_text("its provider took it")).to_be_visible()
        [test] = [it for it in service.waiting.values() if it["reference"] == "TEST"]
        shown = await one.one(test["headline"], json.dumps(test).encode())
        assert shown["actions"] == [["open", "Open"]]
        await renewed(one, json.loads(service.subscription(there.base)))
        await page.goto("/settings/account")
        await expect(page.get_by_text("You are not paged in this browser any more")).to_be_visible()
        await page.get_by_role("button", name="Sign out here").click()
        await page.wait_for_url("**/sign-in*")
    assert await page.evaluate("localStorage.getItem('subscribed')") is None
    await one.worker.evaluate("renew({}).catch(sayLost)")
    await one.one("Tocsin cannot page this browser any more")
    ada = (await screens.site.api.http.get("/v1/responders/ada")).json()
    assert ada["contact_methods"] == []


async def renewed(one: Pushed, now: dict[str, Any]) -> None:
    """Have the browser's push service give it another address, and back."""
    renew = "([before, now]) => renew({oldSubscription: before, newSubscription: now})"
    other = {**now, "endpoint": now["endpoint"].replace("a-capability", "another")}
    entries = one.page.locator("[data-endpoint]")
    for before, after in ((now, other), (other, now)):
        await one.worker.evaluate(renew, [before, after])
        await one.page.reload()
        await expect(entries).to_have_count(1)
        await expect(entries).to_have_attribute("data-endpoint", after["endpoint"])
