"""Every event that was ever stored can be read by the program of today."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pytest

from events.errors import EventTooNew
from events.log.codec import Codec, codec_for, schema_version, wire_name
from events.registry import ALL_EVENTS
from events.upcasters import UPCASTERS, Upcaster
from tests.events.example import example
from tests.events.log.golden_bytes import FOLDER, bytes_file, shape, shape_file

GOLDEN = sorted(FOLDER.glob("*.json"))
NAMES = {wire_name(event_type): event_type for event_type in ALL_EVENTS}


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=wire_name)
def test_every_version_of_an_event_has_its_golden_bytes(event_type: type) -> None:
    """If this fails for a new event or version: python -m tests.events.log.golden_bytes."""
    for version in range(1, schema_version(event_type) + 1):
        assert bytes_file(wire_name(event_type), version).exists()
        assert shape_file(wire_name(event_type), version).exists()


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_golden_bytes_are_read_as_the_class_of_today(file: Path) -> None:
    """An event that is not written any more stays in the registry, or its bytes read as unknown."""
    found = re.fullmatch(r"(.+)\.v(\d+)", file.stem)
    assert found is not None
    name, version = found[1], int(found[2])
    event = codec_for(ALL_EVENTS).read(name, version, file.read_bytes())
    assert type(event) is NAMES[name]


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=wire_name)
def test_the_event_of_today_is_written_as_its_golden_bytes(event_type: type) -> None:
    stored = codec_for(ALL_EVENTS).encode(example(event_type))
    assert stored.payload == bytes_file(stored.type, stored.schema_version).read_bytes()


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=wire_name)
def test_the_fields_of_an_event_change_only_with_its_version(event_type: type) -> None:
    """If this fails: raise schema_version, write an upcaster (docs/how-to/change-an-event.md)."""
    kept = shape_file(wire_name(event_type), schema_version(event_type)).read_text("utf-8")
    assert shape(event_type) == kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    escalation_timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung:
    bell_id: str
    volume: int = 3
    levels: tuple[Level, ...] = ()
    type: Literal["bell.rung"] = "bell.rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherField:
    bell_id: str
    volume: int = 3
    levels: tuple[Level, ...] = ()
    further: str = ""
    type: Literal["bell.rung"] = "bell.rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDefault:
    bell_id: str
    volume: int
    levels: tuple[Level, ...] = ()
    type: Literal["bell.rung"] = "bell.rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherType:
    bell_id: str
    volume: float = 3
    levels: tuple[Level, ...] = ()
    type: Literal["bell.rung"] = "bell.rung"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinerLevel:
    escalation_timeout: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedInside:
    bell_id: str
    volume: int = 3
    levels: tuple[FinerLevel, ...] = ()
    type: Literal["bell.rung"] = "bell.rung"


@pytest.mark.parametrize("changed", [FurtherField, NoDefault, OtherType, ChangedInside])
def test_a_change_of_any_field_is_seen(changed: type) -> None:
    assert shape(changed) != shape(BellRung)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamedLevel:
    escalation_timeout: Annotated[int, "a note for readers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameFields:
    levels: tuple[RenamedLevel, ...] = ()
    bell_id: Annotated[str, "a note for readers"]
    volume: int = 4
    type: Literal["bell.rung"] = "bell.rung"


def test_an_order_a_note_another_default_and_a_class_name_are_no_change() -> None:
    assert shape(SameFields) == shape(BellRung)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorClosedAtFirst:
    place: str
    type: Literal["door.closed"] = "door.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorClosed:
    """The third version: the room was called place at first, and nobody counted floors."""

    room: str
    floor: int
    schema_version: ClassVar[int] = 3
    type: Literal["door.closed"] = "door.closed"


DOOR_UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("door.closed", 1): lambda old: {"room": old["place"]},
    ("door.closed", 2): lambda old: {**old, "floor": 0},
}


@pytest.mark.parametrize(
    ("version", "payload"),
    [(1, b'{"place":"attic"}'), (2, b'{"room":"attic"}'), (3, b'{"floor":0,"room":"attic"}')],
)
def test_every_version_of_an_event_that_changed_twice_is_read_as_the_newest(
    version: int, payload: bytes
) -> None:
    door = Codec((DoorClosed,), DOOR_UPCASTERS)
    assert door.read("door.closed", version, payload) == DoorClosed(room="attic", floor=0)


def test_only_the_newest_version_is_written() -> None:
    stored = Codec((DoorClosed,), DOOR_UPCASTERS).encode(DoorClosed(room="attic", floor=2))
    assert (stored.schema_version, json.loads(stored.payload)) == (3, {"floor": 2, "room": "attic"})


def test_the_program_from_before_a_change_stops_at_the_event_from_after_it() -> None:
    newest = Codec((DoorClosed,), DOOR_UPCASTERS).encode(DoorClosed(room="attic", floor=2))
    with pytest.raises(EventTooNew, match=r"version 3; this process knows up to 1"):
        Codec((DoorClosedAtFirst,)).read(newest.type, newest.schema_version, newest.payload)


def test_every_upcaster_lifts_a_version_that_is_older_than_todays() -> None:
    assert not [
        (name, version)
        for name, version in UPCASTERS
        if version >= schema_version(NAMES.get(name, object))
    ]
