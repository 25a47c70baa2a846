"""Pages in a browser: what it opens, what replaces what, what a push service's trouble is."""

import json
from dataclasses import replace

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from activities.delivery.bundling import bundle_of
from activities.delivery.faults import DeliveryRefused, OutcomeUnknown
from activities.delivery.message import Action, Message, Section, discreet
from activities.delivery.outbound import Outbound
from activities.integrations.ntfy.provider import headers_of
from activities.integrations.web_push.provider import Vapid, WebPushContact, WebPushProvider
from activities.integrations.web_push.render import LARGEST, payload_of
from activities.integrations.web_push.subscription import subscription_in
from events.configuration.responder import ContactMethod
from events.values.severity import Severity
from tests.activities.channels.failures import (
    QUICK,
    Failure,
    every_failure,
    port_of_nobody,
    require_told,
    require_unreachable,
)
from tests.activities.sample import MESSAGE, PAGE_TEXT, message
from tests.fakes.push_service import PushService, base64url
from tests.fakes.receiver import Misbehaviour, Reply, receiver

KEY = SecretStr(base64url(bytes(31) + b"\x07"))
VAPID = Vapid(vapid_key=KEY, vapid_contact="mailto:ops@example.org")


def sender(outbound: Outbound = QUICK, vapid: Vapid = VAPID) -> WebPushProvider:
    return WebPushProvider(outbound, vapid)


def browser(service: PushService, base: str) -> ContactMethod:
    contact = WebPushContact.model_validate(
        {"channel": "web_push", "address": service.subscription(base)}
    )
    return contact.contact_method()


async def test_the_browser_opens_a_page_with_everything_to_show() -> None:
    service = PushService()
    async with receiver(vendor=service) as there:
        assert await sender().send(MESSAGE, browser(service, there.base)) == "0:1"
        headers = there.last.headers
        assert headers["urgency"] == "high"
        assert headers["ttl"] == "900"
    [opened] = service.waiting.values()
    assert opened["headline"] == "SEV1 INC-1042: Checkout is down"
    assert opened["actions"] == [{"name": "Acknowledge", "url": PAGE_TEXT.ack_url}]
    assert opened["delivery_id"] == str(MESSAGE.delivery_id)
    assert opened["text"] == MESSAGE.text


def test_a_locked_screen_says_of_a_private_incident_only_that_there_is_one() -> None:
    private = message(private=True, title="Breach at X", summary="Keys of X leaked.", ask="Call X")
    payload = json.loads(payload_of(private))
    assert payload["headline"] == "SEV1 INC-1042: a private incident"
    assert payload["text"] == "Open it to read what it is."
    assert "X" not in json.dumps(payload)
    assert payload["actions"] == [{"name": "Acknowledge", "url": PAGE_TEXT.ack_url}]
    assert "X" not in str(headers_of(discreet(private)))
    assert discreet(MESSAGE) is MESSAGE
    several = bundle_of(private, [message(reference="INC-7", title="Search is slow")])
    assert "X" not in several.headline + several.title + several.text
    assert "Search is slow" in several.headline


async def test_a_newer_page_of_an_incident_replaces_one_that_was_not_shown_yet() -> None:
    service = PushService()
    async with receiver(Misbehaviour.CUT, vendor=service) as there:
        with pytest.raises(OutcomeUnknown):
            await sender().send(MESSAGE, browser(service, there.base))
        await sender().send(message(possible_repeat=True), browser(service, there.base))
        await sender().send(message(reference="INC-1043"), browser(service, there.base))
    again, other = service.waiting.values()
    assert again["possible_repeat"]
    assert "(possible repeat)" in again["headline"]
    assert other["reference"] == "INC-1043"


@pytest.mark.parametrize(
    ("severity", "urgency"), [(Severity.SEV2, "high"), (Severity.SEV3, "normal"), (None, "high")]
)
async def test_the_worse_it_is_the_more_the_battery_may_be_used(
    severity: Severity | None, urgency: str
) -> None:
    service = PushService()
    async with receiver(vendor=service) as there:
        await sender().send(message(severity=severity), browser(service, there.base))
        assert there.last.headers["urgency"] == urgency


async def test_what_is_only_to_be_read_waits_longer_for_the_browser() -> None:
    service = PushService()
    async with receiver(vendor=service) as there:
        await sender().send(replace(MESSAGE, actions=()), browser(service, there.base))
        assert there.last.headers["ttl"] == str(12 * 3600)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_unsubscribed_is_gone(status: int) -> None:
    service = PushService()
    async with receiver(Reply(status=status), vendor=service) as there:
        with pytest.raises(DeliveryRefused, match="subscription_gone"):
            await sender().send(MESSAGE, browser(service, there.base))


@every_failure
async def test_every_failure_of_the_push_service_has_its_name(failure: Failure) -> None:
    service = PushService()
    async with receiver(failure.behaviour, vendor=service) as there:
        await require_told(failure, sender(), browser(service, there.base))


async def test_a_push_service_that_is_not_there_took_nothing() -> None:
    gone = browser(PushService(), f"http://127.0.0.1:{await port_of_nobody()}")
    await require_unreachable(sender(), gone)


async def test_a_push_service_in_our_own_network_is_not_called() -> None:
    inside = browser(PushService(), "https://10.0.0.1")
    for there in (inside, browser(PushService(), "https://169.254.169.254")):
        with pytest.raises(DeliveryRefused, match="address_blocked"):
            await sender(Outbound()).send(MESSAGE, there)
        with pytest.raises(DeliveryRefused, match="address_blocked"):
            sender(Outbound()).require_reachable(there)


async def test_without_a_key_nothing_can_be_pushed() -> None:
    there = browser(PushService(), "https://push.example.org")
    with pytest.raises(DeliveryRefused, match="channel_not_configured"):
        sender(vapid=Vapid()).require_reachable(there)
    with pytest.raises(DeliveryRefused, match="channel_not_configured"):
        await sender(vapid=Vapid()).send(MESSAGE, there)


@pytest.mark.parametrize("key", ["", "abc", base64url(bytes(31)), base64url(bytes(32)), "ü" * 43])
def test_a_key_that_cannot_sign_is_refused_when_a_process_starts(key: str) -> None:
    with pytest.raises(ValidationError):
        Vapid(vapid_key=SecretStr(key))


@pytest.mark.parametrize("contact", ["", "ops@example.org", "mailto:ops", "http://example.org"])
def test_whom_a_push_service_may_write_to_is_an_address(contact: str) -> None:
    with pytest.raises(ValidationError):
        Vapid(vapid_contact=contact)


def changed(**changes: object) -> str:
    given = json.loads(PushService().subscription("https://push.example.org"))
    keys = changes.pop("keys", {})
    assert isinstance(keys, dict)
    return json.dumps({**given, "keys": {**given["keys"], **keys}, **changes})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://push.example.org/x",
        "[]",
        "[" * 2_000,
        changed(endpoint="ftp://push.example.org"),
        changed(endpoint="https://user:password@push.example.org"),
        changed(endpoint=7),
        changed(keys={"p256dh": "AAAA"}),
        changed(keys={"p256dh": base64url(b"\x04" + bytes(64))}),  # not on the curve
        changed(keys={"p256dh": "ü"}),
        changed(keys={"auth": "AAAA"}),
        changed(keys={"auth": None}),
    ],
)
def test_what_no_browser_gives_is_refused_when_it_is_written_down(address: str) -> None:
    with pytest.raises(ValidationError, match="subscription"):
        WebPushContact.model_validate({"channel": "web_push", "address": address})


def test_one_subscription_is_always_written_alike_and_shows_no_key() -> None:
    given = PushService().subscription("https://push.example.org")
    once = subscription_in(given)
    assert subscription_in(once.written()).written() == once.written()
    assert once.auth not in repr(once)
    assert "push.example.org" not in repr(once)


texts = st.text(max_size=4_000)


@each(text=texts, title=st.text(max_size=200), url=st.text("a/", max_size=3_000))
def test_a_payload_is_never_larger_than_a_push_service_takes(
    text: str, title: str, url: str
) -> None:
    links = (Action(name="Runbook", url=f"https://example.org/{url}"),)
    one: Message = replace(
        message(title=title), sections=(Section(text=text),), links=links, possible_repeat=True
    )
    payload = payload_of(one)
    assert len(payload) <= LARGEST
    assert json.loads(payload)["actions"]
