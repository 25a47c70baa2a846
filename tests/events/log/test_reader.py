"""What is read fast is what pydantic would read: the same value, down to the type of every part."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from events.log.codec import codec_for, wire_name
from events.log.reader import Reader
from events.log.recorded import Metadata
from events.registry import ALL_EVENTS
from tests.events.log.golden_bytes import bytes_file
from tests.events.log.test_codec import LampLit

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))

READ_BEFORE = [*ALL_EVENTS, LampLit]  # and Metadata, below


def parts(value: Any) -> Any:
    """Return the value with the class of everything in it; a zone is as good as another's name."""
    if is_dataclass(value):
        inside: Any = [parts(getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, Mapping):
        inside = [(parts(key), parts(item)) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        inside = [parts(item) for item in value]
    elif isinstance(value, datetime):
        inside = value.isoformat()
    else:
        inside = value
    return type(value), inside


@pytest.mark.parametrize("event_type", READ_BEFORE, ids=lambda one: one.__name__)
def test_every_event_is_read_as_pydantic_reads_it(event_type: type) -> None:
    codec = codec_for((event_type,))
    reader: Reader[Any] = Reader(event_type)
    tolerant: TypeAdapter[Any] = TypeAdapter(event_type)

    @given(st.from_type(event_type))
    def same(event: object) -> None:
        payload = codec.encode(event).payload
        assert parts(reader.read(payload)) == parts(tolerant.validate_json(payload))

    same()


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=lambda one: one.__name__)
def test_golden_bytes_are_read_as_pydantic_reads_them(event_type: type) -> None:
    version = getattr(event_type, "schema_version", 1)
    payload = bytes_file(wire_name(event_type), version).read_bytes()
    fast: object = Reader(event_type).read(payload)
    assert parts(fast) == parts(TypeAdapter(event_type).validate_json(payload))


@pytest.mark.parametrize("kind", [*ALL_EVENTS, Metadata], ids=lambda one: one.__name__)
def test_every_event_of_today_is_read_the_fast_way(kind: type) -> None:
    """If this fails for a new event, a union in it has members that only their fields tell apart.

    Such an event is read all the same, three times as slowly.
    """
    assert Reader(kind).is_fast


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    number: int = 0
    share: float = 0.0
    at: datetime | None = None
    colour: Colour | None = None
    names: tuple[str, ...] = ()
    shares: dict[str, float] | None = None
    type: Literal["odd.one"] = "odd.one"


@pytest.mark.parametrize(
    "payload",
    [
        b'{"number":"7"}',
        b'{"number":true}',
        b'{"number":7.0}',
        b'{"number":7.5}',
        b'{"number":1e3}',
        b'{"number":9007199254740993}',
        b'{"number":null}',
        b'{"share":1}',
        b'{"share":"1.5"}',
        b'{"share":1e400}',
        b'{"share":-0.0}',
        b'{"at":"2026-03-01"}',
        b'{"at":1772366400}',
        b'{"at":"2026-03-01T12:00:00"}',
        b'{"at":"2026-03-01T12:00:00.123456Z"}',
        b'{"at":"2026-03-01T12:00:00+09:00"}',
        b'{"at":"2026-03-01 12:00:00Z"}',
        b'{"at":"2026-03-01T12:00:60Z"}',
        b'{"colour":"blue"}',
        b'{"colour":"red"}',
        b'{"names":"ana"}',
        b'{"names":["\\u0000","\\ud83d\\ude00"]}',
        b'{"names":["\\ud800"]}',
        b'{"names":[null]}',
        b'{"shares":{"a":2,"a":3}}',
        b'{"number":1,"number":2}',
        b'{"further":{"deep":[1,2]},"number":1}',
        b'{"further":' + b'{"x":' * 5000,
        b'{"type":"odd.other"}',
        b'\xef\xbb\xbf{"number":1}',
        b' {"number":1} ',
        b'{"number":1}{}',
        b"null",
    ],
)
def test_odd_bytes_are_read_or_refused_as_pydantic_does(payload: bytes) -> None:
    tolerant, reader = TypeAdapter(Odd), Reader(Odd)
    try:
        expected = tolerant.validate_json(payload)
    except ValidationError:
        with pytest.raises(ValidationError):
            reader.read(payload)
    else:
        assert parts(reader.read(payload)) == parts(expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inch:
    inches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Metre:
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    length: Inch | Metre
    type: Literal["shelf.measured"] = "shelf.measured"


def test_a_class_that_only_pydantic_can_read_is_read_by_pydantic() -> None:
    reader = Reader(Measured)
    assert not reader.is_fast
    assert reader.read(b'{"length":{"metres":2}}') == Measured(length=Metre(metres=2))
