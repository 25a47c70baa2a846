"""Pages as text messages: what arrives, and what Twilio's answers lead to."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr, ValidationError

from activities.delivery.bundling import bundle_of
from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.outbound import Outbound
from activities.integrations.twilio.account import TwilioAccount
from activities.integrations.twilio.provider import SmsContact, SmsProvider
from activities.integrations.twilio.sms_text import parts, sms_text
from events.configuration.responder import ContactMethod
from tests.activities.sample import MESSAGE, PAGE_TEXT, message
from tests.fakes.receiver import Misbehaviour, Reply
from tests.fakes.twilio.server import (
    ACCOUNT,
    NOBODY,
    NUMBER,
    TOKEN,
    Accepted,
    FakeTwilio,
    TwilioBehaviour,
    refusal,
    too_many,
    twilio,
)

ANNA = ContactMethod(channel="sms", address="+46701234567")
ASKING = message(code="7FK", ledger="page-1")


def account(there: FakeTwilio, **changes: object) -> TwilioAccount:
    settings: dict[str, object] = {
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": SecretStr(TOKEN),
        "twilio_from": NUMBER,
        "twilio_url": there.url,
        "public_url": "https://tocsin.test",
    }
    return TwilioAccount.model_validate({**settings, **changes})


def sender(there: FakeTwilio, **changes: object) -> SmsProvider:
    outbound = Outbound(allow_private=True, deadline=timedelta(seconds=2))
    return SmsProvider(outbound, account(there, **changes))


async def test_a_page_says_how_bad_and_what_first_then_what_to_reply_and_the_link_last() -> None:
    async with twilio() as there:
        sid = await sender(there).send(ASKING, ANNA)
        [sent] = there.messages
        assert sid == sent.sid
        assert (sent.to, sent.sender) == ("+46701234567", NUMBER)
        assert sent.body == (
            f"SEV1 INC-1042: Checkout is down\n"
            f"Reply 7FK to acknowledge, 7FK N to decline.\n{PAGE_TEXT.ack_url}"
        )
        assert sent.status_callback == (
            f"https://tocsin.test/twilio/receipts/page-1/{MESSAGE.delivery_id}"
        )


async def test_an_account_with_an_api_key_and_a_messaging_service_sends_with_them() -> None:
    service, key = "MG" + "a" * 32, "SK" + "b" * 32
    async with twilio(Reply(status=201, body=b'{"sid": "SM' + b"0" * 32 + b'"}')) as there:
        provider = sender(
            there,
            twilio_messaging_service=service,
            twilio_api_key=key,
            twilio_api_secret=SecretStr("s3cret"),
        )
        assert await provider.send(ASKING, ANNA) == "SM" + "0" * 32
        [asked] = there.requests
        assert f"MessagingServiceSid={service}" in asked.body.decode()
        assert "From=" not in asked.body.decode()
        assert asked.headers["authorization"].startswith("Basic ")
        assert TOKEN not in asked.headers["authorization"]


async def test_a_sender_without_a_number_asks_for_no_reply() -> None:
    async with twilio() as there:
        await sender(there, twilio_from="TOCSIN").send(ASKING, ANNA)
        assert "Reply" not in there.messages[0].body


@pytest.mark.parametrize("title", ["x" * 200, "Кассы не работают " * 11, "🔥" * 200, "[~]" * 66])
@pytest.mark.parametrize("host", ["https://tocsin.test", "https://a.very.long.name." + "x" * 190])
def test_whatever_the_title_is_the_code_arrives_whole_and_in_few_parts(
    title: str, host: str
) -> None:
    link = f"{host}/ack/{'t' * 107}"
    text = sms_text(message(title=title, ack_url=link, code="7FK"), takes_replies=True)
    lines = text.split("\n")
    assert parts(text) <= 4
    assert lines[1] == "Reply 7FK to acknowledge, 7FK N to decline."
    assert lines[2:] in ([], [link])
    assert lines[0].startswith("SEV1 INC-1042: ")
    assert len(lines[0]) > 20


def test_typographic_signs_do_not_make_a_message_dearer() -> None:
    title = "\u201cCheckout\u201d \u2013 it\u2019s down\u2026 \u2192 now"
    text = sms_text(message(title=title), takes_replies=True)
    assert text.startswith('SEV1 INC-1042: "Checkout" - it\'s down... -> now\n')
    assert parts(text) == 1


async def test_a_repeat_is_not_sent_where_the_first_one_arrived_after_all() -> None:
    async with twilio(Accepted(cut_line=True), Accepted()) as there:
        with pytest.raises(OutcomeUnknown):
            await sender(there).send(ASKING, ANNA)
        [first] = there.messages
        again = message(code="7FK", possible_repeat=True)
        assert await sender(there).send(again, ANNA) == first.sid
        assert there.messages == [first]


async def test_a_repeat_is_sent_and_marked_where_nothing_is_found() -> None:
    async with twilio(Misbehaviour.CUT, Accepted()) as there:
        with pytest.raises(OutcomeUnknown):
            await sender(there).send(ASKING, ANNA)
        await sender(there).send(message(code="7FK", possible_repeat=True), ANNA)
        [sent] = there.messages
        assert sent.body.startswith("SEV1 INC-1042 (possible repeat): Checkout is down\nReply 7FK")


@pytest.mark.parametrize("look", [Reply(status=500), Misbehaviour.HANG, Reply(body=b"[]")])
async def test_a_repeat_is_sent_where_nobody_can_say(look: TwilioBehaviour) -> None:
    async with twilio(look, Accepted()) as there:
        await sender(there).send(message(possible_repeat=True), ANNA)
        assert len(there.messages) == 1


async def test_a_message_that_failed_at_twilio_since_is_sent_again() -> None:
    async with twilio() as there:
        await sender(there).send(ASKING, ANNA)
        there.messages[0].status = "undelivered"
        await sender(there).send(message(code="7FK", possible_repeat=True), ANNA)
        assert len(there.messages) == 2


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({}, None),
        ({"retry-after": "as soon as you like"}, None),
        ({"retry-after": "-5"}, None),
    ],
)
async def test_too_many_requests_are_sent_later(
    header: dict[str, str], wait: timedelta | None
) -> None:
    async with twilio(too_many(**header)) as there:
        with pytest.raises(DeliveryDeferred) as raised:
            await sender(there).send(ASKING, ANNA)
        assert raised.value.retry_after == wait
        assert raised.value.nothing_sent


async def test_too_many_requests_may_name_the_time_from_which_on_they_are_welcome() -> None:
    an_hour = timedelta(hours=1)
    then = format_datetime(datetime.now(UTC) + an_hour, usegmt=True)
    async with twilio(too_many(**{"retry-after": then})) as there:
        with pytest.raises(DeliveryDeferred) as raised:
            await sender(there).send(ASKING, ANNA)
        asked = raised.value.retry_after
        assert asked is not None
        assert an_hour / 2 < asked <= an_hour


@pytest.mark.parametrize(
    ("behaviour", "fault", "code"),
    [
        (refusal(400, 21610, "unsubscribed"), DeliveryRefused, "twilio_21610"),
        (refusal(401, 20003, "Authenticate"), DeliveryRefused, "twilio_20003"),
        (Reply(status=403, body=b"<html>"), DeliveryRefused, "http_403"),
        (Reply(status=400, body=b'{"code": "x\\n"}'), DeliveryRefused, "http_400"),
        (Reply(status=400, body=b"[" * 60_000), DeliveryRefused, "http_400"),
        (Reply(status=302, headers={"location": "https://evil"}), DeliveryRefused, "http_302"),
        (refusal(500, 20500, "Internal"), OutcomeUnknown, "http_500"),
        (Reply(status=503, headers={"retry-after": "3"}), DeliveryDeferred, "http_503"),
        (Misbehaviour.HANG, OutcomeUnknown, "timeout"),
        (Accepted(cut_line=True), OutcomeUnknown, "connection_lost"),
    ],
)
async def test_every_failure_of_twilio_has_its_name(
    behaviour: TwilioBehaviour, fault: type[DeliveryFault], code: str
) -> None:
    async with twilio(behaviour) as there:
        with pytest.raises(fault) as raised:
            await sender(there).send(ASKING, ANNA)
        assert raised.value.code == code


async def test_numbers_and_tokens_stay_out_of_what_a_fault_says() -> None:
    async with twilio() as there:
        with pytest.raises(DeliveryRefused) as raised:
            await sender(there).send(ASKING, ContactMethod(channel="sms", address=NOBODY))
        assert raised.value.code == "twilio_21211"
        assert NOBODY not in str(raised.value)


async def test_a_twilio_that_is_not_there_took_nothing() -> None:
    async with twilio() as there:
        gone = sender(there)
    with pytest.raises(ProviderUnreachable):
        await gone.send(ASKING, ANNA)


@pytest.mark.parametrize("missing", ["twilio_account_sid", "twilio_auth_token", "twilio_from"])
async def test_without_an_account_nothing_is_tried(missing: str) -> None:
    async with twilio() as there:
        provider = sender(there, **{missing: None})
        with pytest.raises(DeliveryRefused, match="channel_not_configured"):
            provider.require_reachable(ANNA)
        with pytest.raises(DeliveryRefused, match="channel_not_configured"):
            await provider.send(ASKING, ANNA)
        assert not there.requests


@pytest.mark.parametrize(
    ("written", "kept"),
    [("+46 70-123 45 67", "+46701234567"), ("+1 (415) 523-8886", "+14155238886")],
)
def test_a_number_is_kept_as_the_world_dials_it(written: str, kept: str) -> None:
    assert SmsContact(channel="sms", address=written).address == kept


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("070-123 45 67", "country's code"),
        ("", "country's code"),
        ("+999 123 456", "no country has this code"),
        ("+", "one phone number"),
        ("+46 70 123", "too short"),
        ("+46 70 123 45 67 89 01 23 4", "too long"),
        ("+1 555 555 0100", "no such number"),
        ("+46 70 123 45 67 ext. 5", "extension"),
        ("+1 900 555 0123", "premium"),
        ("+46701234567, +46701234568", "one phone number"),
        ("+4670'; drop table", "one phone number"),
        ("+46" + "7" * 500, "40 characters"),
    ],
)
def test_a_number_that_is_none_is_refused_and_says_why(written: str, why: str) -> None:
    with pytest.raises(ValidationError) as raised:
        SmsContact(channel="sms", address=written)
    [problem] = raised.value.errors()
    assert problem["loc"] == ("address",)
    assert why in problem["msg"]


def test_a_message_that_tells_of_several_incidents_has_a_code_for_each() -> None:
    first = message(code="7FK", ack_url="https://tocsin.test/ack/one")
    second = message(code="8GH", reference="INC-1043", title="Search is slow")
    text = sms_text(bundle_of(first, [second]), takes_replies=True)
    told, answer, link = text.split("\n")
    assert told.startswith("2 incidents need you")
    assert sorted(answer.removeprefix("Reply ").removesuffix(".").split(", ")) == [
        "7FK for INC-1042",
        "8GH for INC-1043",
    ]
    assert "/ack/" not in link  # it would answer only one of them
