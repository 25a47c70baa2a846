"""Intake source: one kind of sender, declared by the one module that knows it.

A module (or package) below `sources/` is a source by holding a `SOURCE`; nothing else lists them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Protocol

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.api.http.bodies import read_body, require_json
from services.api.intake.key_place import PATH_KEY, KeyPlace, key_in_path
from services.api.intake.signature import HexSignature
from services.api.problems.table import Wording
from services.intake.arrival import Arrival, Intake
from services.intake.batch.signal import Batch
from services.strict_json import read_json

type OpenApi = Mapping[str, Any]
REFERENCE: Final = "#/components/schemas/{model}"


class Reader[Heard](Protocol):
    """Reads the body of one message, a part at a time."""

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""
        ...

    def finish(self) -> Heard:
        """Return what the whole says.

        Raises: BodyMalformed, RequestValidationError.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OneAlert[Heard, Became]:
    """What is known of messages that are about one alert each, before they are taken.

    Such messages are taken in turn, and answered in a storm as soon as they are kept.
    """

    key: Callable[[Heard], str]  # what tells the sender's alerts apart
    trigger: Callable[[Heard, datetime], Batch | None]  # the alert, if the message says it fires
    became: Callable[[Heard], Became]  # what taking it returns, whatever becomes of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Source[Heard, Became]:
    """How a sender's messages come in, what they mean, what becomes of them, how it is answered."""

    name: str  # in the URL, in metrics: its module's, with hyphens
    title: str  # as people write it
    description: str  # of the operation
    parts: Callable[[Request], AsyncIterator[bytes]]  # of the body, within its limits
    reader: Callable[[Arrival], Reader[Heard]]
    body: OpenApi  # of the request body, as the API's document shows it; empty for none
    heeds_idempotency_key: bool = False  # a repeat without a name of its own is known by it
    take: Callable[[Heard, Intake], Awaitable[Became]]  # durable when it returns
    answer: Callable[[Became], BaseModel | Response]  # a response where its headers count
    answers: type[BaseModel] | None  # None: no JSON
    status: HTTPStatus = HTTPStatus.OK
    too_slow: HTTPStatus = HTTPStatus.SERVICE_UNAVAILABLE  # what its sender repeats, not 408
    one_alert: OneAlert[Heard, Became] | None = None  # None: its answer says what became of it
    keeps: bool = True  # each message; False: what is done again later would be false
    keeps_unreadable: bool = True  # as a dead letter: it may be a page that was not sent
    legible: Callable[[bytes], bytes] | None = None  # a body in clear, where it is wrapped up
    paths: tuple[str, ...] = ()  # of the original, where its senders know it: besides our own
    methods: tuple[str, ...] = ("POST",)
    key: KeyPlace = key_in_path  # at the original's paths; at a path with {key} it is that
    signed: bool = False  # by its sender: the example in the document is refused
    wording: Wording | None = None  # of refusals, as the original words them
    query: Sequence[OpenApi] = ()  # its parameters, as the API's document shows them
    signature: HexSignature | None = None  # how its senders sign, those that can
    operations: "tuple[Source[Any, Any], ...]" = ()  # what else its senders ask, at its paths

    @property
    def path(self) -> str:
        """Return its URL below an integration's key."""
        return f"/v1/integrations/{{key}}/{self.name}"

    @property
    def every_path(self) -> tuple[str, ...]:
        """Return all that it answers at."""
        return (self.path, *self.paths)

    def key_at(self, path: str) -> KeyPlace:
        """Return where the key stands in what comes in at this path."""
        return key_in_path if PATH_KEY in path else self.key


async def any_json(request: Request) -> AsyncIterator[bytes]:
    """Yield a body of at most 512 KiB, under whatever media type its sender gives it."""
    yield await read_body(request)


async def strict_json(request: Request) -> AsyncIterator[bytes]:
    """Yield a body of at most 512 KiB that says that it is JSON.

    Raises: MediaTypeUnsupported.
    """
    raw = await read_body(request)
    require_json(request.scope)
    yield raw


@dataclass(slots=True)
class JsonReader[Body, Heard]:
    """Reads a body that is one JSON value of a model, or what `read` makes one of."""

    model: TypeAdapter[Body]
    heard: Callable[[Body], Heard]
    read: Callable[[bytes], Any] = read_json
    raw: bytearray = field(default_factory=bytearray)

    def feed(self, part: bytes) -> None:
        """Take the next bytes."""
        self.raw += part

    def finish(self) -> Heard:
        """Return what the body says."""
        try:
            body = self.model.validate_python(self.read(bytes(self.raw)))
        except ValidationError as wrong:
            errors = wrong.errors(include_url=False)
            raise RequestValidationError(
                [{**one, "loc": ("body", *one["loc"])} for one in errors]
            ) from None
        return self.heard(body)


def json_body(model: TypeAdapter[Any], example: OpenApi) -> OpenApi:
    """Return how the API's document shows a body of this model."""
    schema = model.json_schema(ref_template=REFERENCE)
    content = {"application/json": {"schema": schema, "example": example}}
    return {"required": True, "content": content}
