"""Pages as webhooks: what a receiver gets, and what its answers lead to."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.outbound import Outbound
from activities.integrations.http_answers import retry_after
from activities.integrations.webhook.provider import WebhookProvider
from tests.activities.sample import MESSAGE, PAGE_TEXT, SIGNING_SECRET, message, webhook
from tests.fakes.receiver import Behaviour, Misbehaviour, Receiver, Reply, receiver

NOW = datetime(2026, 11, 23, 3, 4, tzinfo=UTC)


def sender() -> WebhookProvider:
    return WebhookProvider(Outbound(allow_private=True, deadline=timedelta(seconds=2)))


def verified(there: Receiver) -> None:
    """Check the last request as a receiver does."""
    Webhook(SIGNING_SECRET).verify(there.last.body, there.last.headers)


async def fault_of(behaviour: Behaviour) -> DeliveryFault:
    async with receiver(behaviour) as there:
        with pytest.raises(DeliveryFault) as caught:
            await sender().send(MESSAGE, webhook(there.url))
        return caught.value


async def test_a_receiver_can_verify_the_page_and_act_on_it() -> None:
    async with receiver(Reply(status=204, body=b"")) as there:
        assert await sender().send(MESSAGE, webhook(there.url)) is None
        verified(there)
        body = there.last.json
        assert there.last.headers["webhook-id"] == str(MESSAGE.delivery_id)
        assert there.last.headers["content-type"] == "application/json"
        assert body["type"] == "page.requested"
        assert body["timestamp"] == "2026-11-23T03:04:00+00:00"
        assert body["data"] == {
            "delivery_id": str(MESSAGE.delivery_id),
            "page_id": str(PAGE_TEXT.page_id),
            "round": 1,
            "level": 1,
            "responder": {"id": "anna", "name": "Anna Ek"},
            "incident": {
                "id": str(PAGE_TEXT.incident_id),
                "reference": "INC-1042",
                "title": "Checkout is down",
                "summary": "Payments fail in every region.",
                "severity": "SEV1",
                "drill": False,
                "url": PAGE_TEXT.incident_url,
            },
            "acknowledge_url": PAGE_TEXT.ack_url,
            "decline_url": None,
            "ask": None,
            "next_step": PAGE_TEXT.next_step,
            "possible_repeat": False,
        }


async def test_a_repeat_has_the_same_id_and_says_that_it_may_be_one() -> None:
    async with receiver(Misbehaviour.CUT, Reply()) as there:
        with pytest.raises(OutcomeUnknown):
            await sender().send(MESSAGE, webhook(there.url))
        await sender().send(message(possible_repeat=True), webhook(there.url))
        first, second = there.requests
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert [first.json["data"]["possible_repeat"], second.json["data"]["possible_repeat"]] == [
            False,
            True,
        ]


async def test_every_character_of_a_title_survives_and_is_signed() -> None:
    async with receiver() as there:
        await sender().send(message(title='Kasse "süß" 🔥 \\ 停止'), webhook(there.url))
        verified(there)
        assert there.last.json["data"]["incident"]["title"] == 'Kasse "süß" 🔥 \\ 停止'


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 410, 413, 422])
async def test_a_refusal_or_redirect_is_final(status: int) -> None:
    fault = await fault_of(Reply(status=status, headers={"location": "https://example.com/"}))
    assert isinstance(fault, DeliveryRefused)
    assert fault.code == f"http_{status}"


@pytest.mark.parametrize("status", [408, 425, 429])
async def test_a_receiver_that_is_busy_took_nothing_and_is_asked_again(status: int) -> None:
    fault = await fault_of(Reply(status=status, headers={"retry-after": "7"}))
    assert isinstance(fault, DeliveryDeferred)
    assert fault.retry_after == timedelta(seconds=7)
    assert fault.nothing_sent


async def test_an_unavailable_receiver_that_names_a_time_is_asked_again_then() -> None:
    fault = await fault_of(Reply(status=503, headers={"retry-after": "7"}))
    assert isinstance(fault, DeliveryDeferred)
    assert not fault.nothing_sent


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_receiver_that_breaks_may_have_taken_the_page(status: int) -> None:
    fault = await fault_of(Reply(status=status))
    assert isinstance(fault, OutcomeUnknown)
    assert fault.answered


@pytest.mark.parametrize("silence", [Misbehaviour.HANG, Misbehaviour.CUT])
async def test_a_receiver_that_falls_silent_may_have_taken_the_page(silence: Misbehaviour) -> None:
    fault = await fault_of(silence)
    assert isinstance(fault, OutcomeUnknown)
    assert not fault.answered


async def test_a_receiver_that_is_not_there_took_nothing() -> None:
    async with receiver() as there:
        gone = webhook(there.url)
    with pytest.raises(ProviderUnreachable):
        await sender().send(MESSAGE, gone)


@pytest.mark.parametrize("secret", [None, "", "whsec_", "whsec_a", "whsec_ü"])
async def test_a_page_that_cannot_be_signed_is_not_sent(secret: str | None) -> None:
    async with receiver() as there:
        with pytest.raises(DeliveryRefused, match="secret_"):
            await sender().send(MESSAGE, webhook(there.url, secret))
        assert not there.requests


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("0", timedelta(0)),
        ("120", timedelta(minutes=2)),
        (" 7 ", timedelta(seconds=7)),
        ("9" * 400, timedelta(seconds=999_999_999)),
        ("Mon, 23 Nov 2026 03:05:00 GMT", timedelta(minutes=1)),
        ("Mon, 23 Nov 2026 03:00:00 GMT", timedelta(0)),
        (None, None),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("Mon, 99 Nov 99999 03:05:00 GMT", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_and_nonsense_is_passed_over(
    value: str | None, wait: timedelta | None
) -> None:
    assert retry_after(value, NOW) == wait
