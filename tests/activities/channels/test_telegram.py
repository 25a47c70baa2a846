"""Pages in a Telegram chat: what is shown, what Telegram is picky about, what trouble leads to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused, OutcomeUnknown
from activities.delivery.message import Message, Section
from activities.integrations.telegram.provider import (
    TelegramBot,
    TelegramContact,
    TelegramProvider,
)
from activities.integrations.telegram.render import html_of
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
from tests.fakes.receiver import Behaviour, Misbehaviour, Receiver, receiver
from tests.fakes.telegram import CHAT, TOKEN, Telegram, refusal

ANNA = ContactMethod(channel="telegram", address=CHAT)


def sender(there: Receiver | str, token: str | None = TOKEN) -> TelegramProvider:
    url = there if isinstance(there, str) else there.base
    bot = TelegramBot(telegram_url=url, telegram_token=SecretStr(token) if token else None)
    return TelegramProvider(QUICK, bot)


async def shown(sent: Message, telegram: Telegram, *script: Behaviour) -> str | None:
    async with receiver(*script, vendor=telegram) as there:
        return await sender(there).send(sent, ANNA)


async def test_the_chat_shows_severity_first_and_a_button_that_acknowledges() -> None:
    telegram = Telegram()
    assert await shown(MESSAGE, telegram) == "1"
    [sent] = telegram.shown
    assert sent["text"].startswith("<b>SEV1 INC-1042: Checkout is down</b>\n\nPayments fail")
    assert sent["reply_markup"] == {
        "inline_keyboard": [[{"text": "Acknowledge", "url": PAGE_TEXT.ack_url}]]
    }
    assert not sent["disable_notification"]


async def test_what_can_wait_comes_without_a_sound() -> None:
    telegram = Telegram()
    await shown(message(severity=Severity.SEV4), telegram)
    assert telegram.shown[0]["disable_notification"]


@pytest.mark.parametrize("title", ["a < b & c > d", "</b><a href='x'>", "_*[]()~`>#+-=|{}.!"])
async def test_what_people_wrote_is_text_and_no_html(title: str) -> None:
    telegram = Telegram()
    await shown(message(title=title), telegram)
    [sent] = telegram.shown
    assert sent["parse_mode"] == "HTML"  # it was not refused


async def test_a_button_that_telegram_refuses_costs_the_button_and_not_the_page() -> None:
    telegram = Telegram()
    await shown(message(ack_url="http://localhost:8080/ack/a-token"), telegram)
    [sent] = telegram.shown
    assert "parse_mode" not in sent
    assert "Acknowledge: http://localhost:8080/ack/a-token" in sent["text"]


async def test_a_group_that_has_moved_is_found_where_it_is_now() -> None:
    telegram = Telegram(moved={CHAT: -1001})
    await shown(MESSAGE, telegram)
    assert [sent["chat_id"] for sent in telegram.shown] == ["-1001"]


@pytest.mark.parametrize("text", ["<&>" * 2_000, "🔥" * 2_000])
async def test_a_text_that_is_too_long_is_cut_and_shown(text: str) -> None:
    telegram = Telegram()
    await shown(message(summary=text), telegram)
    assert len(telegram.shown) == 1


def test_as_many_sections_are_shown_as_a_message_holds() -> None:
    sections = tuple(Section(title=f"Part {number}", text="x" * 2_500) for number in range(3))
    text = html_of(replace(MESSAGE, sections=sections))
    assert "Part 0" in text
    assert "Part 1" in text
    assert "Part 2" not in text
    assert len(text) < 4_096


async def test_a_chat_nobody_knows_and_a_person_who_blocked_the_bot_are_final() -> None:
    async with receiver(vendor=Telegram()) as there:
        with pytest.raises(DeliveryRefused, match="http_400"):
            await sender(there).send(MESSAGE, ContactMethod(channel="telegram", address="99"))
    with pytest.raises(DeliveryRefused, match="http_403"):
        await shown(MESSAGE, Telegram(blocked=True))


async def test_a_person_may_have_a_bot_of_their_own() -> None:
    telegram = Telegram()
    theirs = ContactMethod(channel="telegram", address=CHAT, secret=TOKEN)
    async with receiver(vendor=telegram) as there:
        await sender(there, token=None).send(MESSAGE, theirs)
        with pytest.raises(DeliveryRefused, match="channel_not_configured"):
            await sender(there, token=None).send(MESSAGE, ANNA)
        with pytest.raises(DeliveryRefused, match="channel_not_configured"):
            sender(there, token=None).require_reachable(ANNA)
        evil = ContactMethod(channel="telegram", address=CHAT, secret="1:../../x")
        with pytest.raises(DeliveryRefused, match="secret_invalid"):
            await sender(there).send(MESSAGE, evil)
    assert len(telegram.shown) == 1


@every_failure
async def test_every_failure_of_telegram_has_its_name(failure: Failure) -> None:
    async with receiver(failure.behaviour, vendor=Telegram()) as there:
        await require_told(failure, sender(there), ANNA)


@pytest.mark.parametrize(
    ("asked", "wait"), [(5, timedelta(seconds=5)), (0, timedelta(0)), ("x", None), (True, None)]
)
async def test_telegram_says_in_the_body_how_long_to_wait(
    asked: object, wait: timedelta | None
) -> None:
    busy = refusal(429, "Too Many Requests: retry after 5", retry_after=asked)
    with pytest.raises(DeliveryDeferred) as caught:
        await shown(MESSAGE, Telegram(), busy)
    assert caught.value.retry_after == wait
    assert caught.value.nothing_sent


async def test_telegram_that_is_not_there_took_nothing() -> None:
    await require_unreachable(sender(f"http://127.0.0.1:{await port_of_nobody()}"), ANNA)


async def test_a_page_whose_answer_got_lost_is_shown_again_and_says_so() -> None:
    telegram = Telegram()
    with pytest.raises(OutcomeUnknown):
        await shown(MESSAGE, telegram, Misbehaviour.CUT)
    await shown(message(possible_repeat=True), telegram)
    first, second = (sent["text"] for sent in telegram.shown)
    assert "possible repeat" not in first
    assert "possible repeat" in second


@pytest.mark.parametrize("address", ["4711", "-100123", "@ops_channel"])
def test_an_address_is_a_chat(address: str) -> None:
    TelegramContact.model_validate({"channel": "telegram", "address": address})


@pytest.mark.parametrize("address", ["", "0", "ops", "@a", "1 2", "+4917012345", "@ops\n", "٣"])
def test_what_is_no_chat_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TelegramContact.model_validate({"channel": "telegram", "address": address})


@pytest.mark.parametrize("token", ["", "ABC", "123:short", "1:../../../../etc", "1:" + "a" * 300])
def test_what_is_no_bots_token_is_refused(token: str) -> None:
    contact = {"channel": "telegram", "address": "1", "secret": token}
    with pytest.raises(ValidationError, match="BotFather"):
        TelegramContact.model_validate(contact)
