"""Twilio says the same of our requests, and of our fake's answers, as Twilio's own description."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio.to_thread
import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from activities.delivery.faults import DeliveryFault
from activities.delivery.outbound import Outbound
from activities.integrations.twilio.provider import SmsProvider, VoiceProvider
from events.configuration.responder import ContactMethod
from tests.activities.channels.test_sms import account
from tests.activities.sample import message
from tests.contracts.tap import Exchange, Tap, Undescribed
from tests.fakes.receiver import Reply, Request
from tests.fakes.twilio.server import (
    ACCOUNT,
    NOBODY,
    NUMBER,
    TOKEN,
    Accepted,
    FakeTwilio,
    TwilioBehaviour,
    too_many,
    twilio,
)

pytestmark = pytest.mark.contracts

ANNA = ContactMethod(channel="sms", address="+46701234567")
OUTBOUND = Outbound(allow_private=True, deadline=timedelta(seconds=2))
ASKING = message(code="7FK", ledger="page-1", ack_url="https://tocsin.test/ack/a-token")
MESSAGES = f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLS = f"POST /2010-04-01/Accounts/{ACCOUNT}/Calls.json"


def twilios_tap() -> Tap:
    # Twilio's description has no answer but 200 and 201.
    return Tap("twilio", "https://api.twilio.com", refusals_described=False)


def exchange(request: Request, reply: Reply) -> Exchange:
    return Exchange(
        method=request.method,
        target=request.target,
        request_headers=request.headers,
        request_body=request.body,
        status=reply.status,
        answer_headers=reply.headers,
        answer_body=reply.body,
    )


@asynccontextmanager
async def tapped(*script: TwilioBehaviour) -> AsyncIterator[tuple[FakeTwilio, Tap]]:
    tap, undescribed = twilios_tap(), list[Undescribed]()

    def listen(request: Request, reply: Reply) -> None:
        try:
            tap.check(exchange(request, reply))
        except Undescribed as fault:
            undescribed.append(fault)

    async with twilio(*script) as there:
        there.seen = listen
        yield there, tap
    assert not undescribed


async def test_a_text_message_is_asked_for_as_twilio_describes_it() -> None:
    async with tapped() as (there, tap):
        await SmsProvider(OUTBOUND, account(there)).send(ASKING, ANNA)
        assert tap.checked == [f"{MESSAGES} 201"]


async def test_a_repeat_looks_for_the_first_one_as_twilio_describes_it() -> None:
    async with tapped() as (there, tap):
        provider = SmsProvider(OUTBOUND, account(there))
        sid = await provider.send(ASKING, ANNA)
        again = message(code="7FK", possible_repeat=True, ack_url="https://tocsin.test/ack/a-token")
        assert await provider.send(again, ANNA) == sid
        assert tap.checked == [f"{MESSAGES} 201", f"{MESSAGES.replace('POST', 'GET')} 200"]


async def test_a_call_is_asked_for_as_twilio_describes_it() -> None:
    async with tapped() as (there, tap):
        await VoiceProvider(OUTBOUND, account(there)).send(ASKING, ANNA)
        assert tap.checked == [f"{CALLS} 201"]


@pytest.mark.parametrize("behaviour", [too_many(), Reply(status=500), Accepted()])
async def test_what_is_refused_was_asked_for_as_twilio_describes_it(
    behaviour: TwilioBehaviour,
) -> None:
    async with tapped(behaviour) as (there, tap):
        with pytest.raises(DeliveryFault):
            await SmsProvider(OUTBOUND, account(there)).send(
                ASKING, ContactMethod(channel="sms", address=NOBODY)
            )
        assert len(tap.checked) == 1


async def test_twilios_own_client_reads_what_our_fake_answers() -> None:
    async with tapped() as (there, tap):

        def ask() -> tuple[str, str, list[str], str]:
            client = Client(ACCOUNT, TOKEN, http_client=_Redirected(there.url))
            sent = client.messages.create(to=ANNA.address, from_=NUMBER, body="Hello")
            called = client.calls.create(to=ANNA.address, from_=NUMBER, twiml="<Response/>")
            listed = [one.body for one in client.messages.list(to=ANNA.address, limit=5)]
            return sent.sid, called.sid, listed, client.messages(sent.sid).fetch().status

        sent, called, listed, status = await anyio.to_thread.run_sync(ask)
        assert (sent, called) == (there.messages[0].sid, there.calls[0].sid)
        assert (listed, status) == (["Hello"], "queued")
        assert len(tap.checked) == 4


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"request_body": b"Body=x"}, "our request"),
        ({"request_headers": {"content-type": "application/json"}}, "our request"),
        ({"request_body": b"To=%2B1&Colour=red"}, "our request"),
        ({"target": "/2010-04-01/Accounts/AC1/Messages.json"}, "our request"),
        ({"answer_body": b'{"sid": "x"}'}, "the fake's 201"),
        ({"answer_body": b'{"colour": "red"}'}, "the fake's 201"),
        ({"status": 202}, "the fake's 202"),
    ],
)
def test_the_tap_hears_what_twilio_does_not_describe(wrong: dict[str, object], why: str) -> None:
    right: dict[str, object] = {
        "method": "POST",
        "target": MESSAGES.removeprefix("POST "),
        "request_headers": {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": "Basic QUM6eA==",
        },
        "request_body": b"To=%2B46701234567&Body=x",
        "status": 201,
        "answer_headers": {"content-type": "application/json"},
        "answer_body": b"{}",
    }
    twilios_tap().check(Exchange(**right))  # type: ignore[arg-type]
    with pytest.raises(Undescribed, match=why):
        twilios_tap().check(Exchange(**{**right, **wrong}))  # type: ignore[arg-type]


class _Redirected:
    """The HTTP client of Twilio's library, with the fake in place of Twilio's host."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._client = TwilioHttpClient()

    def request(self, method: str, url: str, *args: object, **options: object) -> object:
        redirected = url.replace("https://api.twilio.com", self._site)
        return self._client.request(method, redirected, *args, **options)
