"""Key place: where a sender puts its integration's key; it is looked for before anything is read.

Each place answers with the key and with the request to go on with: a body that holds the key has
been read by then, and is kept.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
from fastapi import Request

from services.api.http.bodies import StrictRequest, read_body

PATH_KEY: Final = "{key}"  # in a path: the key stands there, wherever else it may stand
MOST_KEY: Final = 400  # characters of anything that is looked at as a key

type Shown = tuple[
    str, Request
]  # the key, empty where there is none, and the request to go on with
type Parameters = Sequence[dict[str, Any]]  # of an operation, as the API's document shows them


class KeyPlace(Protocol):
    """Where the key stands."""

    @property
    def words(self) -> str:
        """Return where that is, as its sender reads it."""
        ...

    @property
    def parameters(self) -> Parameters:
        """Return how the API's document shows it."""
        ...

    async def shown(self, request: Request) -> Shown:
        """Return the key, and the request to go on with.

        Raises: BodyTooLarge, RequestTooSlow, RequestMalformed, MediaTypeUnsupported.
        """
        ...


@dataclass(frozen=True, slots=True)
class KeyInPath:
    """The key is a part of the path, `{key}`."""

    words: str = "the path"
    parameters: Parameters = ()  # FastAPI knows the path

    async def shown(self, request: Request) -> Shown:
        """Return the part of the path."""
        return request.path_params["key"], request


@dataclass(frozen=True, slots=True)
class KeyInHeader:
    """The key is in a header, behind a word such as Bearer; behind Basic it is the password."""

    name: str
    schemes: tuple[str, ...]  # none: the header is the key

    @property
    def words(self) -> str:
        """Return the header, with how it begins."""
        return f"the header {self.name}: {' or '.join(f'{one} KEY' for one in self.schemes)}"

    @property
    def parameters(self) -> Parameters:
        """Return the header; `Authorization` is none that the document may name."""
        if self.name.lower() == "authorization":
            return ()
        return (_parameter(self.name, "header"),)

    async def shown(self, request: Request) -> Shown:
        """Return what the header says."""
        said = request.headers.get(self.name, "")
        if not self.schemes:
            return said, request
        scheme, _, key = said.strip().partition(" ")
        if scheme.lower() not in {one.lower() for one in self.schemes}:
            return "", request
        return (_password(key) if scheme.lower() == "basic" else key.strip()), request


@dataclass(frozen=True, slots=True)
class KeyInQuery:
    """The key is in the query, as in `?token=`."""

    name: str

    @property
    def words(self) -> str:
        """Return the query's member."""
        return f"?{self.name}="

    @property
    def parameters(self) -> Parameters:
        """Return the query's member."""
        return (_parameter(self.name, "query"),)

    async def shown(self, request: Request) -> Shown:
        """Return what the query says."""
        return request.query_params.get(self.name, ""), request


class KeyInBody:
    """The key is a member of the JSON body.

    In a body that is no JSON it is still looked for by its name, so that a page is kept as a dead
    letter that a sender wrote badly.
    """

    parameters: Parameters = ()

    def __init__(self, member: str) -> None:
        self.words = f"the member {member} of the body"
        self._member = member
        self._keyed = msgspec.json.Decoder(dict[str, msgspec.Raw])
        self._named = re.compile(
            rb'"%b"\s*:\s*"([A-Za-z0-9._-]{1,400})"' % re.escape(member).encode()
        )

    async def shown(self, request: Request) -> Shown:
        """Return what the body says; the body is read with it, whatever it is."""
        raw = await read_body(request)
        return self.key_in(raw), StrictRequest(request, raw, None)

    def key_in(self, raw: bytes) -> str:
        """Return the key in a body; empty where there is none."""
        try:
            key = msgspec.json.decode(self._keyed.decode(raw).get(self._member, b'""'))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            named = self._named.search(raw)
            return named[1].decode() if named else ""
        return key if isinstance(key, str) else ""


class KeyInForm:
    """The key is a field of a form, or a member of the JSON that came in its place."""

    parameters: Parameters = ()

    def __init__(self, name: str) -> None:
        self.words = f"the field {name} of the body"
        self._member = KeyInBody(name)
        self._field = re.compile(rb"(?:^|&)%b=([A-Za-z0-9._-]{1,400})(?:&|\s*$)" % name.encode())

    async def shown(self, request: Request) -> Shown:
        """Return what the body says; the body is read with it, whatever it is."""
        raw = await read_body(request)
        field = self._field.search(raw)
        key = field[1].decode() if field else self._member.key_in(raw)
        return key, StrictRequest(request, raw, None)


@dataclass(frozen=True, slots=True)
class KeyInAny:
    """The key is in the first of several places that has one."""

    places: tuple[KeyPlace, ...]

    @property
    def words(self) -> str:
        """Return all of them."""
        return " or ".join(one.words for one in self.places)

    @property
    def parameters(self) -> Parameters:
        """Return all of them."""
        return tuple(parameter for one in self.places for parameter in one.parameters)

    async def shown(self, request: Request) -> Shown:
        """Return the first that there is."""
        for place in self.places:
            key, request = await place.shown(request)
            if key:
                return key, request
        return "", request


key_in_path: Final = KeyInPath()


def key_in_header(name: str, *schemes: str) -> KeyPlace:
    """Let the key stand in a header, behind one of the words."""
    return KeyInHeader(name, schemes)


def key_in_query(name: str) -> KeyPlace:
    """Let the key stand in the query."""
    return KeyInQuery(name)


def key_in_body(member: str) -> KeyPlace:
    """Let the key stand in a member of the JSON body."""
    return KeyInBody(member)


def key_in_form(name: str) -> KeyPlace:
    """Let the key stand in a field of a form."""
    return KeyInForm(name)


def key_in_any(*places: KeyPlace) -> KeyPlace:
    """Let the key stand in the first of these that has one; a body comes last."""
    return KeyInAny(places)


def _password(encoded: str) -> str:
    """Return the password of basic authentication, or the name where there is no password."""
    try:
        name, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
    return password or name


def _parameter(name: str, where: str) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": MOST_KEY}
    text = "The integration's secret key."
    return {"name": name, "in": where, "required": True, "description": text, "schema": schema}
