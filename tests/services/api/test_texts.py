"""Texts at the border: what comes in reads as it is, and what was cut is said in the answer."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.api.http.cuts import cuts_noted
from services.api.http.formats import Instant, Line, Text
from services.api.intake.sources.change_events import DETAILS, PlainChange, details_of
from tests.events.test_plain_text import HOSTILE

LINE: TypeAdapter[str] = TypeAdapter(Line)
TEXT: TypeAdapter[str] = TypeAdapter(Text)
TURNS: frozenset[str] = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def accepted(kind: TypeAdapter[str], text: str) -> str | None:
    try:
        return kind.validate_python(text)
    except ValidationError:
        return None


def obeyed(text: str) -> set[str]:
    """Return the characters that a terminal or a browser obeys instead of showing them."""
    return {one for one in text if unicodedata.category(one) in {"Cc", "Zl", "Zp"} or one in TURNS}


@given(HOSTILE)
def test_a_line_that_is_taken_is_one_line_and_reads_as_it_is_written(text: str) -> None:
    taken = accepted(LINE, text)
    assert taken in {None, text}
    assert taken is None or not obeyed(taken)
    if taken is None:
        assert obeyed(text) or not 0 < len(text) <= 200


@given(HOSTILE)
def test_a_text_that_is_taken_reads_as_it_is_written(text: str) -> None:
    taken = accepted(TEXT, text)
    assert taken in {None, text}
    assert taken is None or obeyed(taken) <= set("\n\r\t")
    if taken is None:
        assert obeyed(text) - set("\n\r\t") or not text


@pytest.mark.parametrize("one", ["\x1b[2J", "\x85", "\x9b", "\u2028", "\u202e", "\u2066", "\x07"])
def test_what_turns_or_breaks_a_line_is_refused_in_words(one: str) -> None:
    with pytest.raises(ValidationError, match="Use one line of plain text"):
        LINE.validate_python(f"disk{one}full")


@given(HOSTILE, HOSTILE, st.dictionaries(HOSTILE, HOSTILE | st.lists(HOSTILE)))
def test_a_change_from_a_machine_is_taken_and_cleaned(
    summary: str, source: str, details: dict[str, Any]
) -> None:
    body = {"summary": f"{summary}!"[:1000], "source": source[:255], "details": details}
    change = PlainChange.model_validate(body)
    assert not obeyed(change.summary + change.source)
    kept = details_of(details)
    assert not obeyed("".join(kept))
    assert obeyed("".join(kept.values())) <= {"\n", "\t"}


def test_details_that_are_not_kept_whole_are_told() -> None:
    with cuts_noted() as cuts:
        details_of({f"k{number}": "x" for number in range(DETAILS + 10)})
        details_of({"log": "x" * 5_000})
    assert cuts == ["details: 50 of 60 kept", "details: a text was cut to 1000 characters"]


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ("2026-11-23T12:00:00.123456789Z", True),
        ("2026-11-23T12:00:00.1234560Z", False),
        ("2026-11-23T12:00:00.123456Z", False),
        ("2026-11-23T12:00:00Z", False),
    ],
)
def test_a_fraction_that_is_cut_is_told(written: str, cut: bool) -> None:  # noqa: FBT001
    instant: TypeAdapter[Any] = TypeAdapter(Instant)
    with cuts_noted() as cuts:
        instant.validate_python(written)
        PlainChange.model_validate({"summary": "deploy", "happened_at": written})
    assert cuts == (["a time was cut to microseconds"] if cut else [])
