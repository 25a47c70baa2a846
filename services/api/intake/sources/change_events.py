"""Change events source: PagerDuty's form, or a plain one.

Source: PagerDuty, "Send a Change Event" (Events API v2): routing_key, payload, links, images.
"""

import json
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
)

from events.change.commands import ReportChange
from events.ids import change_id_for
from events.values.links import Link, LinkKind, is_safe_url
from events.values.plain_text import one_line, plain
from services.api.http.cuts import tell_cut
from services.api.http.formats import Position, View, whole_microseconds
from services.api.intake.change import ChangeReport, StoredChange, take_change
from services.api.intake.source import JsonReader, Source, json_body, strict_json
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import time_from, told_apart

SUMMARY_LENGTH: Final = 1_024  # PagerDuty's own limit
DETAILS: Final = 50  # members kept
DETAIL_LENGTH: Final = 1_000  # of one of them
NAME_LENGTH: Final = 100  # of its name
LINKS: Final = 20
SOURCE_LENGTH: Final = 255
LINK_LENGTH: Final = 200


def _said(text: str) -> str:
    """Return a sender's words as one plain line.

    Raises: ValueError (nothing is left of them).
    """
    line = one_line(text)
    if not line:
        raise ValueError("write something that can be read")
    return line


def _line_of(noun: str, length: int) -> BeforeValidator:
    """Return what makes a text one plain line within a length, instead of refusing it."""
    return BeforeValidator(
        lambda value: _short(noun, one_line(value), length) if isinstance(value, str) else value
    )


def _short(noun: str, text: str, length: int) -> str:
    if len(text) > length:
        tell_cut(f"{noun}: a text was cut to {length} characters")
    return text[:length]


def _time(value: Any) -> datetime | None:
    """Return when a sender says it was; None for what is no time: then it is when it arrived."""
    time = time_from(whole_microseconds(value))
    if time is None and value is not None:
        tell_cut("timestamp: not a time, the arrival counts")
    return time


def _first_links(value: Any) -> Any:
    if not isinstance(value, list) or len(value) <= LINKS:
        return value
    tell_cut(f"links: {LINKS} of {len(value)} kept")
    return value[:LINKS]


type Summary = Annotated[str, _line_of("summary", SUMMARY_LENGTH), AfterValidator(_said)]
type ChangeSource = Annotated[str, _line_of("source", SOURCE_LENGTH)]
type SentTime = Annotated[
    datetime | None,
    BeforeValidator(_time),
    WithJsonSchema({"type": ["string", "null"], "format": "date-time"}),
]
type ChangeName = Annotated[str, Field(min_length=1), AfterValidator(told_apart)]


class _SentObject(BaseModel):
    """What a sender sends; members that newer senders add are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ChangePayload(_SentObject):
    """What was changed, where and when."""

    summary: Summary
    source: ChangeSource = ""
    timestamp: SentTime = None
    custom_details: dict[str, Any] | None = None


class HrefLink(_SentObject):
    """A link as PagerDuty writes it."""

    href: str  # an address that is too long is no safe one
    text: Annotated[str, _line_of("links", LINK_LENGTH)] = ""


type Links = Annotated[tuple[HrefLink, ...], BeforeValidator(_first_links)]


class ChangeEvent(_SentObject):
    """A change event in PagerDuty's form; `routing_key` is ignored, the key is in the path."""

    payload: ChangePayload
    links: Links = ()
    id: Annotated[
        ChangeName | None,
        Field(
            description="The sender's own name for the change; the same again is the same change.",
        ),
    ] = None


class PlainChange(_SentObject):
    """A change event in plain fields, for your own scripts."""

    summary: Summary
    source: ChangeSource = ""
    happened_at: SentTime = None
    details: dict[str, Any] | None = None
    links: Links = ()
    id: ChangeName | None = None

    def as_event(self) -> ChangeEvent:
        """Return it in the form that everybody else sends."""
        payload = ChangePayload(
            summary=self.summary,
            source=self.source,
            timestamp=self.happened_at,
            custom_details=self.details,
        )
        return ChangeEvent(payload=payload, links=self.links, id=self.id)


def change_report(event: ChangeEvent, arrival: Arrival) -> ChangeReport:
    """Return what the event says.

    A repeat is known by the sender's id for it, by the request's Idempotency-Key, or, when it says
    when it happened, by its words. Without any of these each request is a change of its own.
    """
    payload, sender = event.payload, arrival.sender
    safe = [one for one in event.links if is_safe_url(one.href)]
    if len(safe) < len(event.links):
        tell_cut(f"links: {len(event.links) - len(safe)} left out, only https is taken")
    command = ReportChange(
        change_id=change_id_for(sender.integration_id, identity_of(event, arrival)),
        integration_id=sender.integration_id,
        service_id=sender.service_id,
        summary=payload.summary,
        source=payload.source,
        happened_at=payload.timestamp or arrival.at,
        details=details_of(payload.custom_details or {}),
        links=tuple(
            Link(kind=LinkKind.OTHER, title=one.text or one.href[:200], url=one.href)
            for one in safe
        ),
        at=arrival.at,
    )
    return ChangeReport(command=command, words=words_of(event))


def identity_of(event: ChangeEvent, arrival: Arrival) -> str:
    """Return what tells this change from the others of its sender."""
    if event.id is not None:
        return f"id:{event.id}"
    if arrival.idempotency_key is not None:
        return f"key:{arrival.idempotency_key}"
    when = "" if event.payload.timestamp else arrival.at.isoformat()
    return f"words:{words_of(event).hex()}:{when}"


def words_of(event: ChangeEvent) -> bytes:
    """Return what the event says, as a digest: a repeat of it says the same."""
    words = json.dumps(event.model_dump(mode="json"), sort_keys=True).encode()
    return sha256(words).digest()


def details_of(details: dict[str, Any]) -> dict[str, str]:
    """Return the details as plain texts, as many and as long as are kept; the answer says so."""
    if len(details) > DETAILS:
        tell_cut(f"details: {DETAILS} of {len(details)} kept")
    kept = list(details.items())[:DETAILS]
    return {
        _short("details", one_line(name), NAME_LENGTH): _short(
            "details", _as_text(value), DETAIL_LENGTH
        )
        for name, value in kept
    }


def _as_text(value: Any) -> str:
    return plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _reader(arrival: Arrival) -> JsonReader[ChangeEvent | PlainChange, ChangeReport]:
    def heard(body: ChangeEvent | PlainChange) -> ChangeReport:
        event = body.as_event() if isinstance(body, PlainChange) else body
        return change_report(event, arrival)

    return JsonReader(_BODY, heard)


class ChangeAnswer(View):
    """The change is kept. `status` and `message` are what PagerDuty's senders look for."""

    status: Literal["success"] = "success"
    message: Literal["Change event processed"] = "Change event processed"
    change_id: str
    position: Position


def _answer(change: StoredChange) -> ChangeAnswer:
    return ChangeAnswer(change_id=str(change.change_id), position=change.position)


_BODY: Final[TypeAdapter[ChangeEvent | PlainChange]] = TypeAdapter(ChangeEvent | PlainChange)
SOURCE: Final = Source(
    name="change-events",
    title="Change events",
    description="""\
Take in that something was changed; stored when this answers, and once.

Another change under an id or an Idempotency-Key that was used is refused, never dropped.""",
    parts=strict_json,
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "payload": {
                "summary": "Deploy v42",
                "source": "github",
                "timestamp": "2026-11-23T11:52:22Z",
                "custom_details": {"author": "ana"},
            },
            "links": [{"href": "https://ci.example.com/42", "text": "The build"}],
        },
    ),
    heeds_idempotency_key=True,
    take=take_change,
    answer=_answer,
    answers=ChangeAnswer,
    status=HTTPStatus.ACCEPTED,
    too_slow=HTTPStatus.REQUEST_TIMEOUT,
    keeps_unreadable=False,  # no page is lost with it
)
