"""Event codec: events to bytes and back, one wire name and one version for each class.

Writing is strict, reading is tolerant: fields a later version added are passed over, types nobody
here knows survive as `UnknownEvent`, and old versions are lifted by upcasters. Stored bytes never
change.
"""

import dataclasses
import json
from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from pydantic import ValidationError

from events.errors import EventTooNew, EventUnreadable, NotStorable
from events.log.canonical import canonical, plain
from events.log.reader import Reader
from events.log.recorded import EventData, Metadata, Recorded, RecordedEvent, UnknownEvent
from events.upcasters import UPCASTERS, Upcaster

METADATA = Reader(Metadata)
METADATA_FIELDS = sorted(field.name for field in dataclasses.fields(Metadata))
METADATA_VALUES = attrgetter(*METADATA_FIELDS)
WRITER = msgspec.json.Encoder(order="sorted")


class Codec[Event]:
    """Reads and writes the given event classes."""

    def __init__(
        self,
        event_types: tuple[type[Event], ...],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self._upcasters = dict(upcasters or {})
        self._names: dict[type, str] = {}
        self._readers: dict[str, Reader[Event]] = {}
        self._versions: dict[str, int] = {}
        for event_type in event_types:
            name = wire_name(event_type)
            if name in self._readers:
                raise TypeError(f"two event classes are called {name}")
            self._names[event_type] = name
            self._readers[name] = Reader(event_type)
            self._versions[name] = schema_version(event_type)
            for version in range(1, self._versions[name]):
                if (name, version) not in self._upcasters:
                    raise TypeError(f"{name} has no upcaster from version {version}")

    def encode(self, event: Event) -> EventData:
        """Return the event as it is stored.

        Raises: NotStorable, also when it could not be read back as the same event.
        """
        name = self._names.get(type(event))
        if name is None:
            raise TypeError(f"{type(event).__name__} is not registered here")
        fields = plain_fields(event)
        payload = canonical(fields)
        try:
            same = self._readers[name].read(payload) == event
        except ValidationError as error:
            raise NotStorable(f"{name} has a wrong value: {summary(error)}.") from error
        if not same:
            raise NotStorable(f"{name} would not be read back as it was written.")
        return EventData(type=name, schema_version=self._versions[name], payload=payload)

    def name_of(self, event: Event) -> str:
        """Return the wire name of an event of these classes."""
        return self._names[type(event)]

    def decode(self, recorded: RecordedEvent) -> Recorded[Event | UnknownEvent]:
        """Return the stored event as today's class, or as `UnknownEvent`.

        Raises: EventTooNew, EventUnreadable.
        """
        event = self.read(recorded.type, recorded.schema_version, recorded.payload)
        return recorded.holding(event, decode_metadata(recorded.meta))

    def read(self, name: str, version: int, payload: bytes) -> Event | UnknownEvent:
        """Return the event in a payload of that type and version.

        Raises: EventTooNew, EventUnreadable.
        """
        reader = self._readers.get(name)
        if reader is None:
            return UnknownEvent(type=name, schema_version=version, payload=payload)
        try:
            if version == self._versions[name]:
                return reader.read(payload)
            self.require_known_version(name, version)
            return reader.read(json.dumps(self._lift(name, version, payload)).encode())
        except (ValueError, KeyError) as error:  # ValidationError is a ValueError
            raise EventUnreadable(f"{name} version {version} cannot be read") from error

    def require_known_version(self, name: str, version: int) -> None:
        """Let a version pass that is known here, and any version of a type that is not.

        Raises: EventTooNew.
        """
        known = self._versions.get(name)
        if known is not None and version > known:
            raise EventTooNew(f"{name} has version {version}; this process knows up to {known}")

    def _lift(self, name: str, version: int, payload: bytes) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(payload)
        for step in range(version, self._versions[name]):
            fields = self._upcasters[name, step](fields)
        return fields


@lru_cache
def codec_for(event_types: tuple[type, ...]) -> Codec[Any]:
    """Return the one codec of these classes, built at its first use."""
    return Codec(event_types, UPCASTERS)


def wire_name(event_type: type) -> str:
    """Return the name in the class's `type: Literal["noun.past_participle"]`."""
    return _wire_name(event_type)


@lru_cache(maxsize=1024)  # it is asked for at every look at a stream
def _wire_name(event_type: type) -> str:
    hint = get_type_hints(event_type).get("type")
    if get_origin(hint) is not Literal or len(get_args(hint)) != 1:
        raise TypeError(f"{event_type.__name__} needs one field type: Literal[…] with one name")
    name: str = get_args(hint)[0]
    return name


def schema_version(event_type: type) -> int:
    """Return the version the class is written in: 1 unless it says otherwise."""
    version: int = getattr(event_type, "schema_version", 1)
    return version


def plain_fields(event: object) -> dict[str, Any]:
    """Return what the payload holds: every field but the type, which has its own column.

    Raises: NotStorable.
    """
    try:
        fields: dict[str, Any] = plain(event)
    except ValueError as error:
        raise NotStorable(f"A value cannot be written as JSON: {error}.") from error
    del fields["type"]
    return fields


def summary(error: ValidationError) -> str:
    """Return where and what, without the value, which may be private."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'event'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False, include_context=False)
    )


def encode_metadata(metadata: Metadata) -> bytes:
    """Return the metadata as stored: canonical JSON, what is not known left out.

    With ASCII keys and text values only, msgspec writes what RFC 8785 wants, many times faster.
    Raises: NotStorable.
    """
    values = zip(METADATA_FIELDS, METADATA_VALUES(metadata), strict=True)
    known = {name: value for name, value in values if value is not None}
    try:
        return WRITER.encode(known)
    except (UnicodeEncodeError, TypeError) as error:
        raise NotStorable("The metadata holds something that is not text.") from error


@lru_cache(maxsize=256)  # the events of a command have the same
def decode_metadata(meta: bytes) -> Metadata:
    """Return the metadata in stored bytes.

    Raises: EventUnreadable.
    """
    try:
        return METADATA.read(meta)
    except ValidationError as error:
        raise EventUnreadable("an event's metadata cannot be read") from error
