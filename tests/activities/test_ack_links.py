"""Links that answer a page: only genuine ones, only for a time."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from activities.page.ack_links import AckLink, AckLinks
from events.errors import AckLinkExpired, AckLinkInvalid
from events.ids import DeliveryId, IncidentId, PageId, ResponderId

NOW = datetime(2026, 11, 23, 3, 4, tzinfo=UTC)
LINKS = AckLinks(SecretStr("a-key-of-the-tests-that-is-long-enough"))
LINK = AckLink(
    page_id=PageId(UUID(int=1)),
    delivery_id=DeliveryId(UUID(int=2)),
    responder_id=ResponderId("anna"),
    expires_at=NOW + timedelta(hours=24),
)
TOKEN = LINKS.make(LINK)
MALFORMED = (
    "",
    "=",
    "a",
    "ä",
    "\x00",
    "\ud800",
    "a" * 4000,
    "../..",
    TOKEN[:40],
    f"{TOKEN} ",
    "+/",
)


def test_a_link_brings_back_who_answers_what() -> None:
    assert LINKS.read(TOKEN, NOW) == LINK


def test_the_same_link_is_the_same_token_so_a_repeat_shows_the_same_url() -> None:
    assert LINKS.make(LINK) == TOKEN
    assert TOKEN.replace("-", "").replace("_", "").isalnum()


def test_a_link_gives_one_command_to_each_asking_of_an_incident() -> None:
    link, incident = LINKS.read(TOKEN, NOW), IncidentId(UUID(int=7))
    first = link.answer_id(incident, 1)
    assert first == LINKS.read(TOKEN, NOW).answer_id(incident, 1)
    assert len({first, link.answer_id(incident, 2), link.answer_id(IncidentId(uuid4()), 1)}) == 3


def test_a_link_ends_at_its_time() -> None:
    assert LINKS.read(TOKEN, LINK.expires_at - timedelta(seconds=1)) == LINK
    with pytest.raises(AckLinkExpired):
        LINKS.read(TOKEN, LINK.expires_at)


@pytest.mark.parametrize("token", MALFORMED)
def test_nonsense_and_forgery_get_the_same_refusal(token: str) -> None:
    with pytest.raises(AckLinkInvalid) as caught:
        LINKS.read(token, NOW)
    assert caught.value.detail == "This link was not made here."


def test_a_link_signed_with_another_key_is_a_forgery() -> None:
    other = AckLinks(SecretStr("b-key-of-the-tests-that-is-long-enough"))
    with pytest.raises(AckLinkInvalid):
        LINKS.read(other.make(LINK), NOW)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_bit_goes_unnoticed(at: int, change: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4)))
    raw[at % len(raw)] ^= change
    with pytest.raises(AckLinkInvalid):
        LINKS.read(base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), NOW)


@given(st.text())
def test_no_text_makes_reading_fail_in_another_way(text: str) -> None:
    with pytest.raises(AckLinkInvalid):
        LINKS.read(text, NOW)


def test_a_short_key_is_not_accepted() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        AckLinks(SecretStr("short"))
