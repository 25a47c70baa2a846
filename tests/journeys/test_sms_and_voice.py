"""A page by text message is answered by a reply, one by phone by a key; receipts shorten levels."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.fakes.twilio.callbacks import (
    Callback,
    call_ended,
    key_pressed,
    machine_found,
    receipt,
    reply,
    words_in,
)
from tests.fakes.twilio.resources import BegunCall, SentMessage
from tests.fakes.twilio.server import FakeTwilio
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

NUMBERS = count(46_701_740_600)  # Swedish numbers that nobody is ever given


def a_number() -> str:
    return f"+{next(NUMBERS)}"


async def reached_by(team: Team, who: str, **numbers: str) -> None:
    """Give somebody numbers in place of their e-mail address."""
    methods = [{"channel": channel, "address": number} for channel, number in numbers.items()]
    await team.put(f"/v1/responders/{who}", {"name": "Ada Lovelace", "contact_methods": methods})


async def message_to(phones: FakeTwilio, number: str, about: dict[str, Any]) -> SentMessage:
    async def look() -> SentMessage | None:
        about_it = about["reference"]
        return next((one for one in phones.messages_to(number) if about_it in one.body), None)

    return await eventually(f"a message to {number}", look)


async def call_to(phones: FakeTwilio, number: str) -> BegunCall:
    async def look() -> BegunCall | None:
        return next(iter(phones.calls_to(number)), None)

    return await eventually(f"a call to {number}", look)


async def worse(team: Team, title: str) -> dict[str, Any]:
    """Declare an incident that waits behind no other page to the same number."""
    body = {"title": title, "service_id": team.service, "severity": "SEV1"}
    answer = await team.post("/v1/incidents", body)
    assert answer.status_code == 201, answer.text
    declared: dict[str, Any] = answer.json()
    return declared


def code_in(message: SentMessage) -> str:
    return message.body.partition("Reply ")[2].partition(" ")[0]


async def replies(team: Team, system: Stack, number: str, text: str) -> str:
    """Return what the person who replies is told."""
    answer = await reply(system.web_url, number, text).to(team.http, system.web_url)
    assert answer.status_code == 200
    return words_in(answer)


async def test_a_page_by_text_message_is_answered_by_its_code(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, sms=number)
    declared = await team.declare()
    message = await message_to(phones, number, declared)
    assert "Checkout fails" in message.body
    reference, code = declared["reference"], code_in(message)

    async def told() -> str | None:  # the read models may be a moment behind
        said = await replies(team, system, number, "what is going on?")
        return said if code in said else None

    assert "Nothing was changed" in await eventually("how to answer", told)
    assert await replies(team, system, a_number(), code) == ""  # a stranger
    assert "is no page of yours" in await replies(team, system, number, "222")
    assert "incident.acknowledged" not in await team.happened(reference)

    said = await replies(team, system, number, code.lower())
    assert said == f"You have {reference}. Escalation has stopped."
    assert await replies(team, system, number, code) == said
    await team.happens(reference, "page.acknowledged")
    assert (await team.happened(reference)).count("incident.acknowledged") == 1


async def test_of_several_pages_a_reply_says_which_and_a_plain_yes_is_asked_back(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, sms=number)
    first = await team.declare("Search is slow")
    codes = {first["reference"]: code_in(await message_to(phones, number, first))}
    second = await worse(team, "Checkout fails")
    codes[second["reference"]] = code_in(await message_to(phones, number, second))

    listed = await replies(team, system, number, "ok")
    assert all(code in listed for code in codes.values()), listed
    for one in (first, second):
        assert "incident.acknowledged" not in await team.happened(one["reference"])
    said = await replies(team, system, number, codes[second["reference"]])
    assert f"You have {second['reference']}" in said
    assert f"You have {first['reference']}" in await replies(team, system, number, "ok")


async def test_a_reply_after_the_resolution_is_told_so_and_changes_nothing(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, sms=number)
    declared = await team.declare()
    code = code_in(await message_to(phones, number, declared))
    why = {"reason": "a test", "category": "expected"}
    declined = await team.give(declared["reference"], "decline", why)
    assert declined.is_success, declined.text

    async def told() -> str | None:
        said = await replies(team, system, number, code)
        return said if "no page of yours" not in said else None

    said = await eventually("how it stands", told)
    assert said == f"{declared['reference']} needs no answer any more."
    assert "incident.acknowledged" not in await team.happened(declared["reference"])


async def test_the_number_of_somebody_who_was_forgotten_answers_nothing(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, sms=number)
    declared = await team.declare()
    code = code_in(await message_to(phones, number, declared))
    forgotten = await team.http.request(
        "DELETE",
        f"/v1/subjects/{team.ada}",
        json={"reason": "They left."},
        headers={"idempotency-key": team.name},
    )
    assert forgotten.is_success, forgotten.text

    async def silent() -> bool:
        said = await replies(team, system, number, code)
        assert "You have" not in said
        return said == ""

    await eventually("nobody answers", silent)
    assert "incident.acknowledged" not in await team.happened(declared["reference"])


async def test_a_call_is_answered_by_the_key_1(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, voice=number)
    declared = await team.declare()
    call = await call_to(phones, number)
    assert "Checkout fails" in call.twiml
    reference = declared["reference"]

    async def press(key: str, **more: str) -> str:
        answer = await key_pressed(call, key, **more).to(team.http, system.web_url)
        assert answer.status_code == 200
        return words_in(answer)

    assert "Checkout fails" in await press("9")
    await press("1", AnsweredBy="machine_start")
    assert "incident.acknowledged" not in await team.happened(reference)
    assert "Escalation has stopped" in await press("1")
    await team.happens(reference, "page.acknowledged")
    assert (await team.happened(reference)).count("incident.acknowledged") == 1


async def test_a_message_that_did_not_arrive_has_the_next_level_paged_at_once(
    team: Team, system: Stack, phones: FakeTwilio, mail: MailServer
) -> None:
    number = a_number()
    await reached_by(team, team.ada, sms=number)
    declared = await team.declare()
    message, reference = await message_to(phones, number, declared), declared["reference"]
    await team.happens(reference, "delivery.sent")

    async def receive(one: Callback) -> int:
        return (await one.to(team.http, system.web_url)).status_code

    assert await receive(receipt(message, "sent")) == 204  # nothing final
    forged = replace(receipt(message, "undelivered", "30003"), token="f" * 32)
    assert await receive(forged) == 401
    foreign = receipt(replace(message, status_callback=f"{message.status_callback}"[:-4]), "failed")
    assert await receive(foreign) == 404
    assert (await team.happened(reference)).count("page.level_reached") == 1

    for _ in range(2):
        assert await receive(receipt(message, "undelivered", "30003")) == 204
    await team.happens(reference, "page.level_unreached", within=10)  # the level had 30 seconds
    assert await receive(receipt(message, "delivered")) == 204  # late and wrong: nothing goes back

    async def mailed() -> bool:
        return any(team.grace in str(one["to"]) for one in mail.mails)

    await eventually("the next level is paged", mailed)
    happened = await team.happened(reference)
    assert happened.count("page.messages_lost") == happened.count("delivery.undelivered") == 1
    assert "delivery.delivered" not in happened


async def test_a_call_that_a_machine_took_is_not_waited_for(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, voice=number)
    declared = await team.declare()
    call, reference = await call_to(phones, number), declared["reference"]
    await team.happens(reference, "delivery.sent")
    assert (await machine_found(call, "human").to(team.http, system.web_url)).is_success
    assert (await machine_found(call, "machine_start").to(team.http, system.web_url)).is_success
    assert (await call_ended(call, "completed").to(team.http, system.web_url)).is_success
    happened = await team.happens(reference, "page.level_unreached", within=10)
    assert "delivery.delivered" not in happened


async def test_whoever_declines_is_not_waited_for_and_may_still_change_their_mind(
    team: Team, system: Stack, phones: FakeTwilio
) -> None:
    number = a_number()
    await reached_by(team, team.ada, sms=number, voice=number)
    declared = await team.declare()
    message, reference = await message_to(phones, number, declared), declared["reference"]
    call = await call_to(phones, number)
    code = code_in(message)

    async def declines() -> str | None:
        said = await replies(team, system, number, f"{code} n")
        return said if "declined" in said else None

    await eventually("the answer", declines)
    happened = await team.happens(reference, "page.level_unreached", within=10)
    assert happened.count("delivery.declined") == 1
    await team.happens(reference, "page.level_reached")
    answer = await key_pressed(call, "1").to(team.http, system.web_url)
    assert "Escalation has stopped" in words_in(answer)
    await team.happens(reference, "page.acknowledged")
