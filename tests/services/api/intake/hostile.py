"""Hostile bodies for the tests: what a door may be sent by mistake or malice, of its example."""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.api.http.bodies import MAX_BODY

DEEP: Final = 100_000  # levels
MANY: Final = 10_000  # alerts in one message
TIME: Final = re.compile(r'"20\d\d-\d\d-\d\dT')
TEXT: Final = re.compile(r'": "(?=[^"])')


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A body, and the headers that it comes with."""

    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


type Make = Callable[[Any], Hostile]  # of a good body


def text_of(example: Any) -> str:
    return json.dumps(example)


def raw(content: bytes, **headers: str) -> Make:
    """The same whatever the door takes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _example: Hostile(content=content, headers=named)


def rewritten(rewrite: Callable[[str], str]) -> Make:
    """A good body but for something in it."""
    return lambda example: Hostile(content=rewrite(text_of(example)).encode())


def with_every_member(value: Any) -> Make:
    """A good body whose members all say the same."""

    def make(example: Any) -> Hostile:
        if not isinstance(example, dict):
            return Hostile(content=text_of([value]).encode())
        return Hostile(content=text_of(dict.fromkeys(example, value)).encode())

    return make


def _many(value: Any) -> Any:
    match value:
        case [one]:
            return [one] * MANY
        case [one, *_]:
            return [one] * MANY
        case dict():
            return {name: _many(one) for name, one in value.items()}
        case _:
            return value


def _duplicated(text: str) -> str:
    return text.replace("{", '{"severity": "info", "severity": "critical", ', 1)


def _deep_in(text: str) -> str:
    deep = "[" * DEEP + "]" * DEEP
    return text.replace("{", '{"unheard_of": ' + deep + ", ", 1)


HOSTILE: Final[Mapping[str, Make]] = {
    "nothing": raw(b""),
    "a space": raw(b" "),
    "no JSON": raw(b"disk full"),
    "half of it": lambda example: Hostile(content=text_of(example).encode()[: -(1 + 20)]),
    "bytes of no charset": raw(b'{"title": "\xff\xfe\xfa"}'),
    "another charset": lambda example: Hostile(
        content=text_of(example).encode("utf-16"),
        headers={"Content-Type": "application/json; charset=utf-16"},
    ),
    "a charset that there is not": lambda example: Hostile(
        content=text_of(example).encode(),
        headers={"Content-Type": "application/json; charset=klingon"},
    ),
    "a byte order mark": lambda example: Hostile(
        content=b"\xef\xbb\xbf" + text_of(example).encode()
    ),
    "a media type of garbage": lambda example: Hostile(
        content=text_of(example).encode(), headers={"Content-Type": '";;=\x7f'}
    ),
    "a list": raw(b"[]"),
    "a number": raw(b"1"),
    "null": raw(b"null"),
    "a text": raw(b'"a"'),
    "a number that is none": raw(b'{"title": NaN, "value": Infinity}'),
    "a number beyond all": rewritten(lambda text: TEXT.sub('": 1e999, "x": "', text)),
    "a number of many digits": rewritten(
        lambda text: text.replace("{", '{"value": ' + "9" * 50_000 + ", ", 1)
    ),
    "members twice": rewritten(_duplicated),
    "NUL in each text": rewritten(lambda text: TEXT.sub(r'": "\\u0000', text)),
    "half of a surrogate in each text": rewritten(lambda text: TEXT.sub(r'": "\\ud800', text)),
    "lines and controls in each text": rewritten(
        lambda text: TEXT.sub(r'": "\\n\\u001b[2J\\u202e', text)
    ),
    "times a century ago": rewritten(lambda text: TIME.sub('"1926-01-01T', text)),
    "times in a century": rewritten(lambda text: TIME.sub('"2126-12-31T', text)),
    "times before all": rewritten(lambda text: TIME.sub('"0000-00-00T', text)),
    "deep": raw(b"[" * DEEP + b"]" * DEEP),
    "deep within": rewritten(_deep_in),
    "all members null": with_every_member(None),
    "all members numbers": with_every_member(-1e308),
    "all members lists of lists": with_every_member([[[]]]),
    "all members objects": with_every_member({"": {"": None}}),
    "all members long": with_every_member("x" * 20_000),
    "many alerts": lambda example: Hostile(content=text_of(_many(example)).encode()),
    "too big": lambda example: Hostile(content=text_of(example).encode() + b" " * (MAX_BODY + 1)),
    "a bomb of gzip": raw(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
    "a bomb of JSON in gzip": lambda example: Hostile(
        content=gzip.compress(text_of(example)[:-1].encode() + b" " * 50_000_000),
        headers={"Content-Encoding": "gzip"},
    ),
    "garbage for gzip": raw(b"\x1f\x8b\x08garbage", Content_Encoding="gzip"),
    "a bomb of brotli": raw(b"\xcf\xff\xff\x7f\xf8" + b"\x01" * 60, Content_Encoding="br"),
    "compressed in a way that there is not": raw(b"x", Content_Encoding="zstd, gzip, br"),
    "a length that is none": raw(b"{}", Content_Length="-1"),
}
