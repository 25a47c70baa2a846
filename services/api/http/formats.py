"""Formats: how values look in bodies and answers, strict in, RFC 3339 and strings out."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from events.values.inputs import LINE, TEXT
from services.api.http.cuts import tell_cut
from services.api.http.text_forms import TextForm

LARGEST: Final = 2**63 - 1
_RFC3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_BELOW_MICROSECONDS: Final = re.compile(r"\.\d{6}\d*[1-9]", re.ASCII)


class Strict(BaseModel):
    """A body: no unknown member, no value of another type than the one asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class View(BaseModel):
    """An answer, made from the attributes of what it shows."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _written_as_rfc3339(value: Any) -> Any:
    if isinstance(value, str) and not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 time, such as 2026-11-23T12:00:00Z")
    if not isinstance(value, str | datetime):
        raise ValueError("must be a string: an RFC 3339 time, such as 2026-11-23T12:00:00Z")  # noqa: TRY004  pydantic reads ValueError only
    return whole_microseconds(value)


def whole_microseconds(value: Any) -> Any:
    """Return a time as it was written; the answer says that what is below a microsecond is cut."""
    if isinstance(value, str) and _BELOW_MICROSECONDS.search(value):
        tell_cut("a time was cut to microseconds")
    return value


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time is out of range in UTC") from None


type Choice[Kind] = Annotated[Kind, Field(strict=False)]  # an enum member by its value
type Instant = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_written_as_rfc3339),
    AfterValidator(_utc),
]
type Line = Annotated[
    str,
    StringConstraints(min_length=LINE.least, max_length=LINE.most),
    TextForm(LINE.pattern, LINE.ask),
]
plain_text: Final = TextForm(TEXT.pattern, TEXT.ask)
type Text = Annotated[
    str, StringConstraints(min_length=TEXT.least, max_length=TEXT.most), plain_text
]
type TextIfAny = Annotated[str, StringConstraints(max_length=TEXT.most), plain_text]
type Name = Annotated[
    str,
    TextForm(
        r"^[a-z0-9][a-z0-9._-]{0,62}$",
        "Use 1-63 lowercase letters, digits, '.', '_' or '-', starting with a letter or digit.",
    ),
]
type Names = Annotated[
    dict[str, str],
    Field(
        description="Of the integrations and API keys in it, by principal.",
        examples=[{"integration:4711": "Prometheus"}],
    ),
]
type Position = Annotated[
    int,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+$", "examples": ["4711"]}),
]
