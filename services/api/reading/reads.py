"""Read parameters over HTTP: what a request may ask of the read models, and the headers it gets."""

import re
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Response
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    WithJsonSchema,
)

from services.access.reads import Reads
from services.api.http.dependencies import Deps
from services.api.http.formats import LARGEST, Instant
from services.api.http.text_forms import TextForm
from services.api.writing.receipts import POSITION

_NUMBER: Final = re.compile(r"[0-9]{1,19}", re.ASCII)


def in_digits(value: Any) -> Any:
    """Refuse a number that is written in another way."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError("write a number in digits")
    return value


type Number = Annotated[int, BeforeValidator(in_digits), Field(ge=0, le=LARGEST)]
type Limit = Annotated[int, BeforeValidator(in_digits), Field(ge=1, le=200)]
type OfMany = Annotated[int, BeforeValidator(in_digits), Field(ge=1, le=1_000)]  # whole boards
type Cursor = Annotated[
    str,
    Field(min_length=1, max_length=200),
    TextForm(r"^[A-Za-z0-9_=-]+$", "Pass `next_cursor` from the previous response unchanged."),
]


def _moment(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return _POSITION.validate_python(value)
    try:
        return _TIME.validate_python(value)
    except ValueError as error:  # ValidationError is a ValueError
        raise ValueError(
            "write a position in digits, or a time as RFC 3339 does: 2026-11-23T12:00:00Z"
        ) from error


_POSITION: Final[TypeAdapter[int]] = TypeAdapter(Number)
_TIME: Final[TypeAdapter[datetime]] = TypeAdapter(Instant)
type AsOf = Annotated[
    int | datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "examples": ["4711", "2026-11-23T12:00:00Z"]}),
]


class ReadQuery(BaseModel):
    """Read consistency: read your own write (`after_position`), or the past (`as_of`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_position: Annotated[
        Number | None, Field(description="Wait until this position can be read.")
    ] = None
    as_of: Annotated[
        AsOf | None,
        Field(description="Answer as at this position, or at this time; not with after_position."),
    ] = None


class PageQuery(ReadQuery):
    """What every list may ask."""

    cursor: Annotated[Cursor | None, Field(description="`next_cursor` of the page before.")] = None
    limit: Limit = 50


async def reads_of(
    dependencies: Deps,
    response: Response,
    tocsin_after_position: Annotated[
        Number | None, Header(description="The same as after_position.")
    ] = None,
) -> Reads:
    """Return the read models as this request asks for them."""

    def answers_as_of(position: int) -> None:
        response.headers[POSITION] = str(position)

    return Reads(dependencies, tocsin_after_position or 0, answers_as_of)


TheReads = Annotated[Reads, Depends(reads_of)]
