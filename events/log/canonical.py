"""Canonical JSON (RFC 8785): the exact bytes that the log stores and hashes."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import singledispatch
from typing import Any
from uuid import UUID

import rfc8785

from events.errors import NotStorable


def canonical(value: object) -> bytes:
    """Return a value's canonical JSON bytes.

    Raises: NotStorable (NaN, a lone surrogate, an integer beyond 2^53, a time without a zone …).
    """
    try:
        return rfc8785.dumps(plain(value))
    except (ValueError, RecursionError) as error:
        raise NotStorable(f"A value cannot be written as JSON: {error}.") from error


@singledispatch
def plain(value: object) -> Any:
    """Return a value as JSON knows it: text, numbers, lists and objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value  # text and numbers as they are; anything else the writer refuses


@plain.register(Mapping)
def _(value: Mapping[object, object]) -> Any:
    return {plain(key): plain(item) for key, item in value.items()}


@plain.register(tuple)
@plain.register(list)
def _(value: tuple[object, ...] | list[object]) -> Any:
    return [plain(item) for item in value]


@plain.register(set)
@plain.register(frozenset)
def _(value: set[object] | frozenset[object]) -> Any:
    return sorted((plain(item) for item in value), key=rfc8785.dumps)


@plain.register
def _(value: Enum) -> Any:
    return plain(value.value)


@plain.register
def _(value: UUID) -> Any:
    return str(value)


@plain.register
def _(value: datetime) -> Any:
    if value.tzinfo is None:
        raise ValueError(f"the time {value.isoformat()} has no zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@plain.register
def _(value: date) -> Any:
    return value.isoformat()


@plain.register
def _(value: time) -> Any:
    return value.isoformat()


@plain.register
def _(value: timedelta) -> Any:
    """Units: days and seconds of an ISO 8601 duration, exact to the microsecond."""
    sign = "-" if value < timedelta() else ""
    size = abs(value)
    days = f"{size.days}D" if size.days else ""
    micros = f".{size.microseconds:06d}" if size.microseconds else ""
    return f"{sign}P{days}T{size.seconds}{micros}S"
