"""Pages in a Matrix room: what is in it, what is dropped as a repeat, what trouble leads to."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from activities.delivery.faults import DeliveryDeferred, DeliveryRefused, OutcomeUnknown
from activities.delivery.outbound import Outbound
from activities.integrations.matrix.provider import MatrixContact, MatrixProvider, place_of
from events.configuration.responder import ContactMethod
from tests.activities.channels.failures import (
    QUICK,
    Failure,
    every_failure,
    port_of_nobody,
    require_told,
    require_unreachable,
)
from tests.activities.sample import MESSAGE, PAGE_TEXT, message
from tests.fakes.homeserver import ROOM, TOKEN, Homeserver
from tests.fakes.receiver import Misbehaviour, Receiver, Reply, receiver


def sender() -> MatrixProvider:
    return MatrixProvider(QUICK)


def room(there: Receiver | str, name: str = ROOM, token: str | None = TOKEN) -> ContactMethod:
    base = there if isinstance(there, str) else there.base
    return ContactMethod(channel="matrix", address=f"{base}/{name}", secret=token)


async def test_the_room_shows_severity_first_and_a_link_that_acknowledges() -> None:
    server = Homeserver()
    async with receiver(vendor=server) as there:
        assert await sender().send(MESSAGE, room(there)) == "$0"
    sent = server.sent[str(MESSAGE.delivery_id)]
    assert sent["msgtype"] == "m.text"
    assert sent["body"].startswith("SEV1 INC-1042: Checkout is down\n\nAcknowledge: https://")
    assert sent["format"] == "org.matrix.custom.html"
    assert sent["formatted_body"].startswith(
        "<p><strong>SEV1 INC-1042: Checkout is down</strong></p>"
        f'<p><strong><a href="{PAGE_TEXT.ack_url}">Acknowledge</a></strong></p>'
    )


async def test_a_page_whose_answer_got_lost_stands_in_the_room_once() -> None:
    server = Homeserver()
    async with receiver(Misbehaviour.CUT, vendor=server) as there:
        with pytest.raises(OutcomeUnknown):
            await sender().send(MESSAGE, room(there))
        assert await sender().send(message(possible_repeat=True), room(there)) == "$0"
    assert len(server.sent) == 1


async def test_what_people_wrote_is_text_and_no_html() -> None:
    server = Homeserver()
    async with receiver(vendor=server) as there:
        await sender().send(message(title="<b>&</b>", summary="a < b\nc"), room(there))
    [sent] = server.sent.values()
    assert "<b>&</b>" in sent["body"]
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in sent["formatted_body"]
    assert "<p>a &lt; b<br>c</p>" in sent["formatted_body"]


@every_failure
async def test_every_failure_of_the_homeserver_has_its_name(failure: Failure) -> None:
    async with receiver(failure.behaviour, vendor=Homeserver()) as there:
        await require_told(failure, sender(), room(there))


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}', timedelta(seconds=2.5)),
        (b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": -1}', timedelta(0)),
        (b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1e999}', None),
        (b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": "soon"}', None),
        (b'{"retry_after_ms": ' + b"9" * 400 + b"}", timedelta(seconds=1_000_000)),
        (b"[" * 60_000, None),
    ],
)
async def test_an_older_homeserver_says_in_the_body_how_long_to_wait(
    said: bytes, wait: timedelta | None
) -> None:
    async with receiver(Reply(status=429, body=said)) as there:
        with pytest.raises(DeliveryDeferred) as caught:
            await sender().send(MESSAGE, room(there))
    assert caught.value.retry_after == wait


async def test_a_homeserver_that_is_not_there_took_nothing() -> None:
    gone = f"http://127.0.0.1:{await port_of_nobody()}"
    await require_unreachable(sender(), room(gone))


async def test_an_account_that_is_not_in_the_room_or_not_known_is_refused() -> None:
    async with receiver(vendor=Homeserver()) as there:
        with pytest.raises(DeliveryRefused, match="http_403"):
            await sender().send(MESSAGE, room(there, "!other:example.org"))
        with pytest.raises(DeliveryRefused, match="http_401"):
            await sender().send(MESSAGE, room(there, token="another"))
        with pytest.raises(DeliveryRefused, match="secret_missing"):
            await sender().send(MESSAGE, room(there, token=None))
        with pytest.raises(DeliveryRefused, match="secret_invalid"):
            await sender().send(MESSAGE, room(there, token="a\r\nb: c"))


async def test_a_homeserver_in_our_own_network_is_not_called() -> None:
    provider = MatrixProvider(Outbound())
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        await provider.send(MESSAGE, room("https://10.0.0.1"))
    with pytest.raises(DeliveryRefused, match="address_blocked"):
        provider.require_reachable(room("https://127.0.0.1"))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://m.example.org/!a:b.org", ("https://m.example.org", "!a:b.org")),
        ("https://m.example.org/%21a%3Ab.org", ("https://m.example.org", "!a:b.org")),
        ("https://m.example.org:8448/!31hneApxJ_1", ("https://m.example.org:8448", "!31hneApxJ_1")),
        ("https://example.org/matrix/!a:b", ("https://example.org/matrix", "!a:b")),
    ],
)
def test_an_address_is_a_homeserver_and_a_room(address: str, place: tuple[str, str]) -> None:
    assert place_of(address) == place
    MatrixContact.model_validate({"channel": "matrix", "address": address, "secret": "syt_a"})


@pytest.mark.parametrize(
    "address",
    [
        "https://m.example.org",
        "https://m.example.org/",
        "https://m.example.org/#ops:example.org",
        "https://m.example.org/!a:b?x=1",
        "https://m.example.org/!a%2F..%2F:b",
        "https://m.example.org/ops",
        "!a:b",
        "matrix:r/ops:example.org",
    ],
)
def test_an_address_without_a_room_is_refused_when_it_is_written_down(address: str) -> None:
    with pytest.raises(ValidationError, match="write"):
        MatrixContact.model_validate({"channel": "matrix", "address": address, "secret": "syt_a"})
