"""Replies by text message, as they are understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.ids import PageId
from events.page.short_code import OTHERS, short_code
from services.commanding.replying.reply import NO, SILENT, YES, Reply, Wish, understood


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("7FK", Reply(wish=Wish.ACKNOWLEDGE, code="7FK")),
        (" 7fk. ", Reply(wish=Wish.ACKNOWLEDGE, code="7FK")),
        ("ok 7fk", Reply(wish=Wish.ACKNOWLEDGE, code="7FK")),
        ("Yes!", Reply(wish=Wish.ACKNOWLEDGE)),
        ("7FK n", Reply(wish=Wish.DECLINE, code="7FK")),
        ("no", Reply(wish=Wish.DECLINE)),
        ("STOP", Reply(wish=Wish.NOTHING)),
        ("stop 7FK", Reply(wish=Wish.NOTHING)),
        ("help", Reply(wish=Wish.UNCLEAR)),
        ("", Reply(wish=Wish.UNCLEAR)),
        ("7FK I cannot, I am on a plane", Reply(wish=Wish.UNCLEAR, code="7FK")),
        ("ok, who is this?", Reply(wish=Wish.UNCLEAR)),
        ("7FK 8GH", Reply(wish=Wish.UNCLEAR)),
        ("7FK yes no", Reply(wish=Wish.UNCLEAR, code="7FK")),
    ],
)
def test_a_reply_is_an_answer_only_where_it_can_mean_nothing_else(text: str, reply: Reply) -> None:
    assert understood(text) == reply


@given(st.uuids())
def test_whoever_replies_with_the_code_alone_acknowledges(page: object) -> None:
    code = short_code(PageId(page))  # type: ignore[arg-type]
    for text in (code, code.lower(), f"Re: {code}".removeprefix("Re: "), f" {code}\n"):
        assert understood(text) == Reply(wish=Wish.ACKNOWLEDGE, code=code)
    assert code not in YES | NO | SILENT
    assert set(code) <= set(OTHERS)


@given(st.text())
def test_any_text_is_understood_somehow(text: str) -> None:
    assert understood(text).wish in Wish
