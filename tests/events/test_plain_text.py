"""Plain text: nothing that a terminal obeys is left, and nothing that people wrote is lost."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.values.plain_text import ONE_LINE, PLAIN, escaped, one_line, plain

OBEYED = "\x00\x07\x08\r\x1b\x7f\x85\x9b\x9d\u2028\u2029\u202a\u202e\u2066\u2069"
HOSTILE = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(OBEYED),
        st.sampled_from(["\x1b[31m", "\x1b]0;mine\x07", "\x1b[2J", "\x9b1A", "\x1bc", "\x1b(B"]),
    )
).map("".join)


@given(HOSTILE)
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    assert re.fullmatch(PLAIN, plain(text))
    assert re.fullmatch(ONE_LINE, one_line(text))
    left = {unicodedata.category(one) for one in plain(text) if one not in "\n\t"}
    assert not left & {"Cc", "Cs", "Zl", "Zp"}
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(plain(text))


@given(HOSTILE)
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"])))
def test_honest_text_loses_nothing(text: str) -> None:
    assert plain(text) == text


@given(st.recursive(HOSTILE, lambda inner: st.lists(inner) | st.dictionaries(HOSTILE, inner)))
def test_json_for_a_terminal_says_the_same_and_nothing_else(value: object) -> None:
    document = escaped(json.dumps(value, ensure_ascii=False, indent=2))
    assert re.fullmatch(PLAIN, document)
    assert json.loads(document) == value


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("\x1b[31mdisk full\x1b[0m", "disk full"),
        ("\x1b]0;Tocsin: all well\x07disk full", "disk full"),
        ("\x1b]8;;https://evil.example\x1b\\disk full\x1b]8;;\x1b\\", "disk full"),
        ("\x9b2Jdisk full", "disk full"),
        ("all well\rdisk full", "all well disk full"),
        ("\x1b]disk full", "]disk full"),
        ("pay\u202ekcab\u202c now", "paykcab now"),
        ("disk\u2028full\x85now", "disk full now"),
    ],
)
def test_a_line_is_read_as_a_person_reads_it(sent: str, read: str) -> None:
    assert one_line(sent) == read


def test_direction_marks_and_joiners_of_honest_writing_stay() -> None:
    hebrew = "\u200f\u05e9\u05dc\u05d5\u05dd\u200e"
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    text = f"{hebrew} 👩\u200d💻 {persian}"
    assert plain(text) == text
    assert re.fullmatch(ONE_LINE, text)


def test_a_flood_of_beginnings_is_cleaned_in_a_moment() -> None:
    for one in ("\x1b]", "\x9d", "\x1b[", "\x1b[0", "\x1bP", "\x9b0;"):
        assert len(plain(one * 200_000)) <= 400_000 * 2
