"""Mapping views: a mapping as bodies bring it and answers show it."""

from typing import Annotated, Any, Final

from pydantic import Field

from events.mapping.body_mapping import (
    LONGEST_WORD,
    MOST_NAMED,
    MOST_WORDS,
    BodyMapping,
    Meaning,
    NamedReading,
    Reading,
)
from events.mapping.expression import LONGEST as LONGEST_EXPRESSION
from events.mapping.path import LONGEST as LONGEST_PATH
from services.api.http.formats import Strict

LONGEST_NAME: Final = 200
_OPTIONAL: Final = (
    *("summary", "severity", "status", "dedup_key", "group_key"),
    *("source_url", "started_at"),
)

type MappedWord = Annotated[str, Field(max_length=LONGEST_WORD)]
type MappedName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class ReadingBody(Strict):
    """How one field is read: by a path or by an expression, one of them."""

    path: Annotated[
        str,
        Field(
            max_length=LONGEST_PATH,
            description="JSONPath (RFC 9535) from the body, `$`, or from an alert of `alerts`, `@`."
            " Several values are joined by commas.",
        ),
    ] = ""
    expression: Annotated[
        str,
        Field(
            max_length=LONGEST_EXPRESSION,
            description="CEL without loops over `body`, and over `alert` with `alerts`.",
        ),
    ] = ""
    table: Annotated[
        dict[MappedWord, MappedWord],
        Field(
            default_factory=dict,
            max_length=MOST_WORDS,
            description="What the sender's words mean; small and capital letters are the same.",
        ),
    ]
    otherwise: Annotated[MappedWord, Field(description="Where there is no such value.")] = ""


type MappedReadings = Annotated[dict[MappedName, ReadingBody], Field(max_length=MOST_NAMED)]

EXAMPLE: Final[dict[str, Any]] = {
    "title": {"expression": 'body.check.name + " on " + body.host'},
    "summary": {"path": "$.check.output"},
    "severity": {"path": "$.check.priority", "table": {"P1": "SEV1", "P2": "SEV2"}},
    "status": {"path": "$.check.state", "table": {"CRITICAL": "firing", "OK": "resolved"}},
    "dedup_key": {"expression": 'body.host + "/" + body.check.name'},
    "labels": {"host": {"path": "$.host"}, "*": {"path": "$.tags"}},
    "links": {"Graph": {"path": "$.links[?@.rel == 'graph'].href"}},
}


class MappingBody(Strict, json_schema_extra={"examples": [EXAMPLE]}):
    """How JSON is read. Without `alerts` a body is one alert; without `status` it fires."""

    alerts: Annotated[
        str,
        Field(max_length=LONGEST_PATH, description="A path: each value there is one alert."),
    ] = ""
    title: ReadingBody
    summary: ReadingBody | None = None
    severity: ReadingBody | None = None
    status: ReadingBody | None = None
    dedup_key: ReadingBody | None = None
    group_key: ReadingBody | None = None
    source_url: ReadingBody | None = None
    started_at: ReadingBody | None = None
    labels: Annotated[
        MappedReadings,
        Field(
            default_factory=dict,
            description="By their names; `*` takes every member of an object.",
        ),
    ]
    links: Annotated[MappedReadings, Field(default_factory=dict)]


def mapping_in(body: MappingBody) -> BodyMapping:
    """Return the mapping that a body defines."""
    optional: dict[str, Any] = {
        name: None if one is None else _reading_in(one)
        for name in _OPTIONAL
        for one in (getattr(body, name),)
    }
    return BodyMapping(
        alerts=body.alerts,
        title=_reading_in(body.title),
        labels=_named_in(body.labels),
        links=_named_in(body.links),
        **optional,
    )


def body_of(mapping: BodyMapping) -> MappingBody:
    """Return a mapping as answers show it."""
    optional: dict[str, Any] = {
        name: None if one is None else _body(one)
        for name in _OPTIONAL
        for one in (getattr(mapping, name),)
    }
    return MappingBody(
        alerts=mapping.alerts,
        title=_body(mapping.title),
        labels={one.name: _body(one.reading) for one in mapping.labels},
        links={one.name: _body(one.reading) for one in mapping.links},
        **optional,
    )


def _named_in(readings: dict[str, ReadingBody]) -> tuple[NamedReading, ...]:
    return tuple(
        NamedReading(name=name, reading=_reading_in(one)) for name, one in readings.items()
    )


def _reading_in(body: ReadingBody) -> Reading:
    return Reading(
        path=body.path,
        expression=body.expression,
        table=tuple(Meaning(word=word, means=means) for word, means in body.table.items()),
        otherwise=body.otherwise,
    )


def _body(reading: Reading) -> ReadingBody:
    return ReadingBody(
        path=reading.path,
        expression=reading.expression,
        table={one.word: one.means for one in reading.table},
        otherwise=reading.otherwise,
    )
