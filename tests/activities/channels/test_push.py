"""Pages as push messages: what the topic gets, and what its answers lead to."""

from datetime import timedelta
from email.header import decode_header, make_header

import pytest

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.outbound import Outbound
from activities.integrations.ntfy.provider import NtfyProvider
from events.values.severity import Severity
from tests.activities.sample import MESSAGE, PAGE_TEXT, message, push
from tests.fakes.receiver import Behaviour, Misbehaviour, Reply, receiver


def sender() -> NtfyProvider:
    return NtfyProvider(Outbound(allow_private=True, deadline=timedelta(seconds=2)))


async def test_the_phone_shows_severity_first_and_can_acknowledge_with_one_tap() -> None:
    async with receiver(Reply(body=b'{"id": "xE73Iyuabi", "event": "message"}')) as there:
        assert await sender().send(MESSAGE, push(there.url)) == "xE73Iyuabi"
        headers = there.last.headers
        assert there.last.target == "/topic"
        assert headers["title"] == "SEV1 INC-1042: Checkout is down"
        assert headers["priority"] == "5"
        assert headers["click"] == PAGE_TEXT.ack_url
        assert headers["actions"] == (
            f'http, Acknowledge, url="{PAGE_TEXT.ack_url}", method=POST, clear=true'
        )
        assert headers["x-sequence-id"] == str(MESSAGE.delivery_id)
        assert "authorization" not in headers
        assert there.last.body.decode() == f"{PAGE_TEXT.summary}\n\n{PAGE_TEXT.next_step}"


async def test_a_topic_behind_a_token_gets_it() -> None:
    async with receiver() as there:
        await sender().send(MESSAGE, push(there.url, "tk_abc"))
        assert there.last.headers["authorization"] == "Bearer tk_abc"


@pytest.mark.parametrize("title", ["Kasse fällt aus", "🔥 停止", "x" * 190 + "é", "é" * 200])
async def test_a_title_in_any_script_arrives_as_one_readable_header(title: str) -> None:
    async with receiver() as there:
        await sender().send(message(title=title), push(there.url))
        sent = there.last.headers["title"]
        assert sent.isascii()
        assert str(make_header(decode_header(sent))) == f"SEV1 INC-1042: {title}"


@pytest.mark.parametrize(
    ("severity", "priority"),
    [(Severity.SEV1, "5"), (Severity.SEV2, "4"), (Severity.SEV4, "2"), (None, "4")],
)
async def test_the_worse_it_is_the_louder_the_phone(
    severity: Severity | None, priority: str
) -> None:
    async with receiver() as there:
        await sender().send(message(severity=severity), push(there.url))
        assert there.last.headers["priority"] == priority


@pytest.mark.parametrize("token", ["a b", "a\r\nx-evil: 1", "ü"])
async def test_a_token_that_cannot_stand_in_a_header_is_refused(token: str) -> None:
    async with receiver() as there:
        with pytest.raises(DeliveryRefused, match="secret_invalid"):
            await sender().send(MESSAGE, push(there.url, token))
        assert not there.requests


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"id": 7}', b'{"id": "a b\\n"}', b"[" * 60_000, b"\xff"]
)
async def test_an_answer_without_a_readable_id_is_still_a_success(body: bytes) -> None:
    async with receiver(Reply(body=body)) as there:
        assert await sender().send(MESSAGE, push(there.url)) is None


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (Reply(status=403), DeliveryRefused),
        (Reply(status=429), DeliveryDeferred),
        (Reply(status=500), OutcomeUnknown),
        (Misbehaviour.HANG, OutcomeUnknown),
        (Misbehaviour.CUT, OutcomeUnknown),
    ],
)
async def test_every_failure_of_the_server_has_its_name(
    behaviour: Behaviour, fault: type[DeliveryFault]
) -> None:
    async with receiver(behaviour) as there:
        with pytest.raises(fault):
            await sender().send(MESSAGE, push(there.url))


async def test_a_server_that_is_not_there_took_nothing() -> None:
    async with receiver() as there:
        gone = push(there.url)
    with pytest.raises(ProviderUnreachable):
        await sender().send(MESSAGE, gone)
