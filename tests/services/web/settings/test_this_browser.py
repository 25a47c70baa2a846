"""A browser becomes a way to be paged, is checked, tried, renewed, and gone."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from activities.integrations.web_push.provider import Vapid, application_server_key
from services.settings import Settings
from services.web.pages.settings.ways import GONE, endpoint_in, number_of, trouble_of, ways_of
from tests.activities.channels.test_web_push import KEY
from tests.fakes.push_service import PushService, base64url
from tests.fakes.receiver import Misbehaviour, Receiver, Reply, receiver
from tests.services.identity.local.arranging import LINK_KEY
from tests.services.web.conftest import Browser, Site

HERE = "/settings/this-browser"
CHANGED = "2026-11-29T03:00:00Z"
WAY = {"channel": "web_push", "address": PushService().subscription("https://push.example.org")}


def delivery(**facts: Any) -> dict[str, Any]:
    nothing = {"address": 0, "channel": "web_push", "state": "sent", "error": None}
    times = {"intended_at": "2026-11-29T03:10:00.5Z", "finished_at": "2026-11-29T03:10:01Z"}
    return {**nothing, **times, **facts}


FAILED = delivery(state="failed", error=f"DeliveryRefused: {GONE}")


@pytest.mark.parametrize(
    ("deliveries", "gone_ways"),
    [
        ([], 0),
        ([FAILED], 1),
        ([delivery(), FAILED], 0),  # a newer message arrived
        ([delivery(state="intended"), FAILED], 1),
        ([{**FAILED, "intended_at": "2026-11-29T02:59:59Z"}], 0),  # over the way before
        ([{**FAILED, "address": 1}], 0),
        ([{**FAILED, "channel": "email"}], 0),
    ],
    ids=["nothing", "gone", "arrived", "waiting", "before", "another", "channel"],
)
def test_a_browser_is_gone_once_its_push_service_said_so_of_the_newest_page(
    deliveries: list[dict[str, Any]], gone_ways: int
) -> None:
    [way] = ways_of({"changed_at": CHANGED, "contact_methods": [WAY]}, deliveries)
    assert bool(way["trouble"]) is bool(gone_ways)
    assert way["leads_to"] == "through push.example.org"
    if gone_ways:
        assert way["trouble"]["words"].startswith("This browser is not subscribed any more.")


def test_another_fault_is_called_by_its_name() -> None:
    trouble = trouble_of(delivery(state="failed", error="OutcomeUnknown: timeout"))
    assert trouble is not None
    assert (trouble["gone"], trouble["words"]) == (False, "OutcomeUnknown: timeout")


@pytest.mark.parametrize("address", [None, "", "{", "[]", "7", '{"endpoint": 7}', "erased"])
def test_an_address_that_is_no_subscription_is_nowhere(address: str | None) -> None:
    assert endpoint_in(address) is None
    methods = [{"channel": "web_push", "address": address}]
    assert number_of({"contact_methods": methods}, None) is None


def test_the_public_key_is_that_of_what_signs() -> None:
    key = application_server_key(Vapid(vapid_key=KEY))
    assert key is not None
    assert re.fullmatch(r"B[\w-]{86}", key)
    assert application_server_key(Vapid(vapid_key=None)) is None
    assert application_server_key(Vapid(vapid_key=SecretStr(base64url(bytes(31) + b"\x08")))) != key


@pytest.fixture
def pushing(site: Site, routed: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that can push, also to the push service of a test."""
    assert site.app.state.web.api is routed
    monkeypatch.setenv("TOCSIN_VAPID_KEY", KEY.get_secret_value())
    behind = routed.state.dependencies
    settings = Settings(link_key=LINK_KEY, webhook_allow_private=True)
    routed.state.dependencies = replace(behind, settings=settings)


def subscribed(service: PushService, there: Receiver) -> dict[str, str]:
    return {"address": service.subscription(there.base)}


@pytest.mark.stack
@pytest.mark.usefixtures("pushing")
async def test_a_browser_is_added_checked_tried_renewed_and_removed(ada: Browser) -> None:
    service = PushService()
    assert 'data-key="B' in (await ada.get("/settings")).text
    async with receiver(vendor=service) as there:
        added = await ada.send(HERE, command="one", **subscribed(service, there))
        assert "A code is on its way" in added.text, added.text
        [sent] = service.waiting.values()
        [code] = re.findall(r"[0-9]{3} [0-9]{3}", sent["headline"])
        way = "/settings/contact-methods/1"
        checked = await ada.send(f"{way}/confirmation", command="two", code=code)
        assert "checked" in checked.text
        assert "not checked" not in checked.text
        tried = await ada.send(f"{way}/page-test", command="three")
        assert "its provider took it" in tried.text
        again = await ada.send(HERE, command="four", **subscribed(service, there))
        assert again.text.count("data-endpoint") == 1  # it is there already
        endpoint = endpoint_in(service.subscription(there.base))
        newer = {"address": service.subscription(there.base).replace("a-capability", "another")}
        renewed = await ada.send(HERE, command="five", before=endpoint, **newer)
        assert renewed.text.count("data-endpoint") == 1
        assert "push/another" in renewed.text
        assert "not checked" in renewed.text
    gone = await ada.send(f"{HERE}/removal", command="six", endpoint=endpoint_in(newer["address"]))
    assert gone.status_code == 204
    left = await ada.send(f"{HERE}/removal", command="seven", endpoint="https://push.example.org")
    assert left.status_code == 204


@pytest.mark.stack
@pytest.mark.usefixtures("pushing")
@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Reply(status=404), "This browser is not subscribed any more."),
        (Reply(status=410), "This browser is not subscribed any more."),
        (Reply(status=429), "DeliveryDeferred: http_429"),
        (Reply(status=503), "OutcomeUnknown: http_503"),
        (Misbehaviour.CUT, "OutcomeUnknown"),
    ],
    ids=["404", "410", "429", "503", "cut"],
)
async def test_a_test_page_says_what_the_push_service_said(
    ada: Browser, behaviour: Any, words: str
) -> None:
    service = PushService()
    async with receiver(behaviour, behaviour, vendor=service) as there:  # the code, the test page
        await ada.send(HERE, command="one", **subscribed(service, there))
        tried = await ada.send("/settings/contact-methods/1/page-test", command="two")
    assert f"not sent: {words}" in tried.text
    assert ("Gone since" in tried.text) is words.startswith("This browser")
    assert service.subscription(there.base) not in unescape(tried.text)


@pytest.mark.stack
async def test_without_keys_no_browser_is_offered_and_it_says_how(ada: Browser) -> None:
    shown = (await ada.get("/settings")).text
    assert "TOCSIN_VAPID_KEY" in shown
    assert 'id="this-browser"' not in shown
    facts = (await ada.get(f"{HERE}.json")).json()
    assert facts["key"] is None
