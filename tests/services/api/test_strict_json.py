"""Bodies that two readers could read differently are refused before anybody reads them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.request_refusals import BodyMalformed
from services.strict_json import MAX_DEPTH, count_values, read_json

REFUSED = {
    "empty": b"",
    "not JSON": b"{title: 1}",
    "cut short": b'{"title": "a',
    "two values": b"{} {}",
    "a byte order mark": b'\xef\xbb\xbf{"title": "a"}',
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "not UTF-8": b'{"title": "\xff"}',
    "a raw NUL": b'{"title": "a\x00b"}',
    "an escaped NUL": rb'{"title": "a\u0000b"}',
    "a NUL in a name": rb'{"ti\u0000tle": "a"}',
    "half a character": rb'{"title": "\ud800"}',
    "half a character in a name": rb'{"\udfff": "a"}',
    "a name twice": b'{"title": "a", "title": "b"}',
    "a name twice, escaped": rb'{"title": "a", "t\u0069tle": "b"}',
    "not a number": b'{"number": NaN}',
    "infinity": b'{"number": -Infinity}',
    "a number that becomes infinite": b'{"number": 1e400}',
    "2^63": b'{"number": 9223372036854775808}',
    "-2^63-1": b'{"number": -9223372036854775809}',
    "5000 digits": b'{"number": ' + b"9" * 5000 + b"}",
    "one level too many": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "a hundred thousand levels": b"[" * 100_000,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BodyMalformed):
        read_json(raw)


def test_strict_json_is_read_as_it_is() -> None:
    raw = '{"text": "é 🚨", "number": -9223372036854775808, "deep": [[{}]], "real": 1.5}'
    value = {"text": "é 🚨", "number": -(2**63), "deep": [[{}]], "real": 1.5}
    assert read_json(raw.encode()) == value
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def test_a_refusal_repeats_nothing_of_the_body() -> None:
    with pytest.raises(BodyMalformed) as refused:
        read_json(b'{"password": "hunter2" "x"}')
    assert "hunter2" not in refused.value.detail


texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@given(
    st.recursive(texts | st.integers(0, 9), lambda one: st.lists(one) | st.dictionaries(texts, one))
)
def test_no_more_values_are_counted_than_separators_tell(value: object) -> None:
    def values_in(one: object) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        return 1 + sum(map(values_in, inner))

    raw = json.dumps(value).encode()
    assert read_json(raw, count_values(raw)) == value
    assert values_in(value) <= count_values(raw)


def test_separators_in_texts_are_no_values() -> None:
    text = "[{," * 10_000 + '\\"'
    assert read_json(json.dumps({"text": text}).encode()) == {"text": text}
    with pytest.raises(BodyMalformed, match="12000 values"):
        read_json(json.dumps({"text": text, "list": [1] * 12_000}).encode())
