"""Keys read back as they were made; anything else is no key."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from services.access.secret_keys import KeyKind, new_key, parse_key


@pytest.mark.parametrize("kind", ["key", "ingest"])
def test_a_created_key_reads_back_as_itself(kind: KeyKind) -> None:
    created = new_key(kind)
    parsed = parse_key(created.text)
    assert parsed is not None
    assert (parsed.kind, parsed.key_id) == (kind, created.key_id)
    assert parsed.matches(created.secret_hash)


def test_a_key_id_may_hold_every_character_of_a_slug() -> None:
    parsed = parse_key(new_key("ingest", "eu-1.check_out").text)
    assert parsed is not None
    assert parsed.key_id == "eu-1.check_out"


def test_another_keys_secret_does_not_open_this_one() -> None:
    parsed = parse_key(new_key("key", "shared").text)
    assert parsed is not None
    assert not parsed.matches(new_key("key", "shared").secret_hash)


def test_a_single_mistyped_character_is_found() -> None:
    text = new_key("key").text
    for place, letter in enumerate(text):
        mistyped = text[:place] + ("a" if letter != "a" else "b") + text[place + 1 :]
        assert parse_key(mistyped) is None


def test_neither_the_text_nor_the_hash_is_in_the_representation() -> None:
    created = new_key("key")
    parsed = parse_key(created.text)
    assert created.text not in repr(created)
    assert created.secret_hash not in repr(parsed)


@given(st.text())
@pytest.mark.parametrize("prefix", ["", "tocsin_key_", "tocsin_ingest_a_"])
def test_no_text_makes_the_reader_fail(prefix: str, text: str) -> None:
    assert parse_key(prefix + text) is None


@pytest.mark.parametrize("text", ["\ud800", "tocsin_key_a_" + "0" * 100_000, "tocsin_key_é_x\n"])
def test_hostile_text_is_no_key(text: str) -> None:
    assert parse_key(text) is None
