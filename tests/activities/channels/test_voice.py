"""Pages as phone calls: what is said, and which key answers it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.delivery.bundling import bundle_of
from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
)
from activities.delivery.outbound import Outbound
from activities.delivery.provider import supports
from activities.integrations.twilio.call_script import KEYS, NO_KEY, asking, spoken, telling
from activities.integrations.twilio.provider import VoiceProvider
from events.configuration.responder import ContactMethod
from events.delivery.events import STATUS_UPDATE
from events.values.severity import Severity
from tests.activities.channels.test_sms import account
from tests.activities.sample import MESSAGE, PAGE_TEXT, message
from tests.fakes.receiver import Misbehaviour, Reply
from tests.fakes.twilio.server import (
    NUMBER,
    Accepted,
    FakeTwilio,
    TwilioBehaviour,
    refusal,
    too_many,
    twilio,
)

ANNA = ContactMethod(channel="voice", address="+46701234567")
ASKING = message(ledger="page-1", ack_url="https://tocsin.test/ack/a-token")


def caller(there: FakeTwilio, **changes: object) -> VoiceProvider:
    outbound = Outbound(allow_private=True, deadline=timedelta(seconds=2))
    return VoiceProvider(outbound, account(there, **changes))


def said(script: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(script).iter("Say")]


def asked(there: FakeTwilio) -> dict[str, Any]:
    form = parse_qs(there.requests[-1].body.decode(), strict_parsing=True)
    return {name: values[0] for name, values in form.items()}


async def test_a_call_says_what_has_happened_and_which_key_answers_it() -> None:
    async with twilio() as there:
        assert await caller(there).send(ASKING, ANNA) == there.calls[0].sid
        [call] = there.calls
        assert (call.to, call.sender) == ("+46701234567", NUMBER)
        assert said(call.twiml)[:5] == [
            "This is Tocsin.",
            "severity 1 incident 1 0 4 2: Checkout is down",
            "Payments fail in every region.",
            "If nobody acknowledges within 5 minutes, level 2 is paged.",
            KEYS,
        ]
        assert said(call.twiml)[-1] == NO_KEY
        gathers = list(ET.fromstring(call.twiml).iter("Gather"))
        assert {one.get("action") for one in gathers} == {
            "https://tocsin.test/twilio/calls/a-token"
        }
        assert {one.get("numDigits") for one in gathers} == {"1"}


async def test_a_call_asks_for_its_end_and_whether_a_machine_took_it() -> None:
    async with twilio() as there:
        await caller(there).send(ASKING, ANNA)
        receipts = f"https://tocsin.test/twilio/receipts/page-1/{MESSAGE.delivery_id}"
        form = asked(there)
        assert form["StatusCallback"] == form["AsyncAmdStatusCallback"] == receipts
        assert form["StatusCallbackEvent"] == "completed"
        assert (form["MachineDetection"], form["AsyncAmd"]) == ("Enable", "true")


async def test_a_test_call_asks_for_no_key_that_would_answer_nothing() -> None:
    async with twilio() as there:
        await caller(there).send(message(ack_url="https://tocsin.test/health/live"), ANNA)
        assert "Gather" not in there.calls[0].twiml
        assert "Hangup" in there.calls[0].twiml


async def test_calls_may_come_from_another_number_than_messages() -> None:
    async with twilio() as there:
        await caller(there, twilio_voice_from="+14155238886").send(ASKING, ANNA)
        assert there.calls[0].sender == "+14155238886"


@pytest.mark.parametrize("sender", [None, "TOCSIN", "12345"])
async def test_a_sender_that_cannot_call_is_not_tried(sender: str | None) -> None:
    async with twilio() as there:
        provider = caller(there, twilio_from=sender)
        with pytest.raises(DeliveryRefused, match="channel_not_configured"):
            provider.require_reachable(ANNA)
        with pytest.raises(DeliveryRefused, match="channel_not_configured"):
            await provider.send(ASKING, ANNA)
        assert not there.requests


@given(st.text(max_size=400))
def test_nothing_that_people_write_breaks_out_of_what_is_said(text: str) -> None:
    for script in (asking([text], "https://tocsin.test/a?b=1&c=2"), telling([text])):
        root = ET.fromstring(script)
        assert {one.tag for one in root.iter()} <= {"Response", "Gather", "Say", "Pause", "Hangup"}
        assert spoken(text) == "" or spoken(text) in said(script)


@pytest.mark.parametrize("sign", ["&", "é", "停", "🔥", "x"])
@pytest.mark.parametrize("sentences", [2, 4])
def test_the_longest_page_fits_into_one_request(sign: str, sentences: int) -> None:
    long = ["This is Tocsin.", *[f"severity 1 {sign * 300}"] * sentences]
    script = asking(long, "https://tocsin.test/twilio/calls/" + "t" * 180)
    assert len(script) <= 4000
    assert said(script)[1].startswith("severity 1")
    assert script.count("<Gather") == 3


def test_a_voice_spells_no_addresses() -> None:
    assert spoken("Look at https://grafana.test/d/abc?x=1 please") == "Look at please"


def test_nobody_is_rung_up_to_be_informed() -> None:
    assert not supports("voice", STATUS_UPDATE)


@pytest.mark.parametrize(
    ("behaviour", "fault", "code"),
    [
        (refusal(400, 21219, "unverified"), DeliveryRefused, "twilio_21219"),
        (too_many(**{"retry-after": "2"}), DeliveryDeferred, "http_429"),
        (Reply(status=500), OutcomeUnknown, "http_500"),
        (Misbehaviour.HANG, OutcomeUnknown, "timeout"),
        (Accepted(cut_line=True), OutcomeUnknown, "connection_lost"),
    ],
)
async def test_every_failure_of_twilio_has_its_name(
    behaviour: TwilioBehaviour, fault: type[DeliveryFault], code: str
) -> None:
    async with twilio(behaviour) as there:
        with pytest.raises(fault) as raised:
            await caller(there).send(ASKING, ANNA)
        assert raised.value.code == code


async def test_a_call_about_several_incidents_says_which_one_the_keys_answer() -> None:
    first = message(code="7FK", ack_url="https://tocsin.test/ack/a-token")
    other = replace(PAGE_TEXT, reference="INC-1043", severity=Severity.SEV3, code="8GH").message
    async with twilio() as there:
        await caller(there).send(bundle_of(first, [other]), ANNA)
        assert "The keys answer the first of them: Acknowledge incident 1 0 4 2." in said(
            there.calls[0].twiml
        )
