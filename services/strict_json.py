"""Strict JSON: what another parser or PostgreSQL could read differently is refused."""

import json
import re
from typing import Any, Final, Never

from services.request_refusals import BodyMalformed

MAX_DEPTH: Final = 32
MAX_VALUES: Final = 12_000  # in one body: an incident type with all its options has 10,300
MIN_INTEGER: Final = -(2**63)
MAX_INTEGER: Final = 2**63 - 1
_DIGITS: Final = 20  # a sign and the 19 digits of 2^63


def read_json(raw: bytes, most_values: int = MAX_VALUES) -> Any:
    """Return the value in the bytes.

    Raises: BodyMalformed (not UTF-8, not JSON, a member twice, NaN, a number beyond 64 bits, NUL,
    a lone surrogate, nested too deep, more values than anybody means).
    Source: RFC 8259; RFC 7493 (I-JSON).
    """
    if count_values(raw) > most_values:
        raise BodyMalformed(f"The body holds more than {most_values} values.")
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise BodyMalformed("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BodyMalformed(
            f"The body is not JSON: see line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise BodyMalformed(_TOO_DEEP) from None
    if b"\\u" in raw or _most_depth(raw) > MAX_DEPTH:  # nearly never
        _inspect(value)
    return value


_TOO_DEEP: Final = f"The body is nested more than {MAX_DEPTH} deep."


def _most_depth(raw: bytes) -> int:
    """Return how deep JSON can be nested at most: cheaper than to look how deep it is."""
    return raw.count(b"[") + raw.count(b"{")


def count_values(raw: bytes) -> int:
    """Return how many values there are in JSON at most: before they are made, which takes long."""
    marks = sum(map(raw.count, _SEPARATORS))
    return 1 + (sum(map(_STRING.sub(b"", raw).count, _SEPARATORS)) if marks > MAX_VALUES else marks)


_SEPARATORS: Final = (b",", b"[", b"{")
# Possessive, and satisfied by the end of the bytes: each byte is looked at once.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


def _inspect(value: object) -> None:
    """Refuse NUL and half of a surrogate, which only escapes can say, and what is too deep."""
    left = [(value, 1)]
    while left:
        one, depth = left.pop()
        if isinstance(one, str):
            _require_text(one)
        elif isinstance(one, dict | list):
            if depth > MAX_DEPTH:
                raise BodyMalformed(_TOO_DEEP)
            if isinstance(one, dict):
                for name in one:
                    _require_text(name)
            inner = one.values() if isinstance(one, dict) else one
            left.extend((each, depth + 1) for each in inner)


def _require_text(text: str) -> None:
    if "\x00" in text:
        raise BodyMalformed("The body contains a NUL character.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BodyMalformed("The body contains an unpaired UTF-16 surrogate.") from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BodyMalformed("Duplicate member name in a JSON object.")
    return members


def _integer(digits: str) -> int:
    if len(digits) <= _DIGITS and MIN_INTEGER <= (number := int(digits)) <= MAX_INTEGER:
        return number
    raise BodyMalformed("Number out of range: integers must fit in 64 bits.")


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise BodyMalformed("Number out of range: integers must fit in 64 bits.")
    return number


def _constant(name: str) -> Never:
    raise BodyMalformed(f"{name} is not JSON.")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_real, parse_constant=_constant
)
