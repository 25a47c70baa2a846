from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import EventTooNew, EventUnreadable, NotStorable
from events.log.canonical import canonical
from events.log.codec import Codec, codec_for, decode_metadata, encode_metadata
from events.log.recorded import EventData, Metadata, UnknownEvent
from events.registry import ALL_EVENTS
from tests.events.anything import few_numbers, few_times


@pytest.fixture(autouse=True, scope="module")
def everything_that_can_be_stored() -> Iterator[None]:
    """Let times and numbers be any, in these tests only: in the rules' tests they are few."""
    st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
    st.register_type_strategy(int, st.integers(-(2**53) + 1, 2**53 - 1))
    yield
    st.register_type_strategy(datetime, few_times)
    st.register_type_strategy(int, few_numbers)


AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    escalation_timeout: timedelta
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LampLit:
    lamp_id: UUID
    lit_at: datetime
    colour: Colour | None = None
    steps: tuple[Step, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)
    number: int = 0
    note: str = ""
    type: Literal["lamp.lit"] = "lamp.lit"


LIT = LampLit(
    lamp_id=UUID(int=1),
    lit_at=AT,
    colour=Colour.RED,
    steps=(Step(escalation_timeout=timedelta(minutes=5), targets=("ada",)),),
    weights={"b": 1.5, "a": 2.0},
    number=7,
    note="🚨 é",
)
WRONG_TYPE: dict[str, Any] = {"number": "seven"}
NEARLY_RIGHT_TYPE: dict[str, Any] = {"number": "7"}
NO_JSON: dict[str, Any] = {"lamp_id": object()}
PHONE_NUMBER: dict[str, Any] = {"number": "+49 170 1234567"}
GOLDEN = (
    '{"colour":"red","lamp_id":"00000000-0000-0000-0000-000000000001",'
    '"lit_at":"2026-03-01T12:00:00.000000Z","note":"🚨 é","number":7,'
    '"steps":[{"escalation_timeout":"PT300S","targets":["ada"]}],"weights":{"a":2,"b":1.5}}'
).encode()


def codec() -> Codec[LampLit]:
    return Codec((LampLit,))


def test_an_event_has_the_same_bytes_on_every_machine() -> None:
    assert codec().encode(LIT) == EventData(type="lamp.lit", schema_version=1, payload=GOLDEN)


def test_bytes_of_the_first_release_are_read_as_todays_event() -> None:
    assert codec().read("lamp.lit", 1, GOLDEN) == LIT


@given(st.builds(LampLit))
def test_every_value_of_every_field_survives(event: LampLit) -> None:
    stored = codec().encode(event)
    assert codec().read(stored.type, stored.schema_version, stored.payload) == event


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=lambda one: one.__name__)
def test_every_event_of_every_aggregate_survives_the_codec(event_type: type) -> None:
    everything: Codec[Any] = codec_for(ALL_EVENTS)

    @settings(max_examples=20)
    @given(st.from_type(event_type))
    def survives(event: object) -> None:
        stored = everything.encode(event)
        assert everything.read(stored.type, stored.schema_version, stored.payload) == event

    survives()


def test_a_time_in_another_zone_is_kept_as_the_same_instant() -> None:
    there = replace(LIT, lit_at=AT.astimezone(timezone(timedelta(hours=9))))
    assert codec().encode(there).payload == GOLDEN


@pytest.mark.parametrize(
    "wrong",
    [
        replace(LIT, lit_at=AT.replace(tzinfo=None)),
        replace(LIT, weights={"x": float("nan")}),
        replace(LIT, weights={"x": float("inf")}),
        replace(LIT, note="\ud800"),
        replace(LIT, weights={"\ud800": 1.0}),
        replace(LIT, number=2**53),
        replace(LIT, **WRONG_TYPE),
        replace(LIT, **NEARLY_RIGHT_TYPE),
        replace(LIT, **NO_JSON),
    ],
    ids=[
        "naive time",
        "NaN",
        "infinity",
        "lone surrogate",
        "lone surrogate in a key",
        "integer beyond 2^53",
        "wrong type",
        "nearly right type",
        "no JSON",
    ],
)
def test_what_would_not_be_read_back_is_refused_when_it_is_written(wrong: LampLit) -> None:
    with pytest.raises(NotStorable):
        codec().encode(wrong)


def test_a_structure_nested_without_end_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(NotStorable):
        canonical(nested)


def test_a_refusal_does_not_repeat_the_private_value() -> None:
    with pytest.raises(NotStorable) as refused:
        codec().encode(replace(LIT, **PHONE_NUMBER))
    assert "170" not in refused.value.detail


def test_a_field_that_a_later_version_added_is_passed_over() -> None:
    later = GOLDEN[:-1] + b',"wattage":60}'
    assert codec().read("lamp.lit", 1, later) == LIT


def test_an_event_nobody_here_knows_survives_reading() -> None:
    assert codec().read("lamp.broken", 3, b'{"x":1}') == UnknownEvent(
        type="lamp.broken", schema_version=3, payload=b'{"x":1}'
    )


def test_a_newer_version_of_a_known_event_stops_old_code() -> None:
    with pytest.raises(EventTooNew):
        codec().read("lamp.lit", 2, GOLDEN)


@pytest.mark.parametrize("payload", [b"", b"{", b"{}", b"[]", b'{"lamp_id":1}', b"\xff"])
def test_damaged_bytes_are_reported_as_unreadable(payload: bytes) -> None:
    with pytest.raises(EventUnreadable):
        codec().read("lamp.lit", 1, payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class LampMoved:
    room: str
    floor: int
    schema_version: ClassVar[int] = 3
    type: Literal["lamp.moved"] = "lamp.moved"


def test_old_versions_are_lifted_step_by_step() -> None:
    upcasters: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
        ("lamp.moved", 1): lambda old: {"room": old["place"]},
        ("lamp.moved", 2): lambda old: old | {"floor": 0},
    }
    moved = Codec((LampMoved,), upcasters)
    expected = LampMoved(room="attic", floor=0)
    assert moved.read("lamp.moved", 1, b'{"place":"attic"}') == expected
    assert moved.read("lamp.moved", 2, b'{"room":"attic"}') == expected
    assert moved.encode(expected).schema_version == 3


def test_a_version_without_a_way_up_is_found_when_the_process_starts() -> None:
    with pytest.raises(TypeError, match="upcaster from version 1"):
        Codec((LampMoved,))


def test_two_classes_with_one_name_are_found_when_the_process_starts() -> None:
    with pytest.raises(TypeError, match="two event classes"):
        Codec((LampLit, LampLit))


@given(st.builds(Metadata))
def test_metadata_survives_and_leaves_out_what_is_not_known(metadata: Metadata) -> None:
    stored = encode_metadata(metadata)
    assert decode_metadata(stored) == metadata
    fields = {name: value for name, value in asdict(metadata).items() if value is not None}
    assert stored == canonical(fields)
    assert b"null" not in encode_metadata(Metadata(principal="api_key:1"))
