"""CloudEvents source: events in any of its HTTP forms: structured, binary, or several in a batch.

Source: CloudEvents 1.0.2, "HTTP Protocol Binding" and "JSON Event Format".
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Words, signal_from, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import packed
from services.request_refusals import BodyMalformed
from services.strict_json import read_json

TITLE: Final = "CloudEvents"
PREFIX: Final = "ce-"  # of an attribute in a header
OVER: Final = frozenset(
    {"resolved", "resolve", "recovered", "recovery", "closed", "cleared", "ended", "ok"}
)
BEGUN: Final = frozenset({"firing", "fired", "triggered", "opened", "open", "raised", "started"})
_OURS: Final = frozenset(GenericAlert.model_fields)


class CloudEvent(BaseModel):
    """One event. What `data` has of an alert's fields counts; the rest of it is kept."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Words
    id: Words
    source: Words
    type: Words
    subject: Words = ""
    time: Any = None
    data: Any = None
    data_base64: Any = None

    @model_validator(mode="after")
    def _is_an_event(self) -> "CloudEvent":
        if self.specversion.partition(".")[0] != "1":
            raise ValueError("specversion must be 1.0")
        lacks = [name for name in ("id", "source", "type") if not one_line(getattr(self, name))]
        if lacks:
            raise ValueError(f"give the event its {lacks[0]}")
        return self

    @property
    def ending(self) -> str:
        """Return the last word of its type, which says whether something begins or is over."""
        return self.type.rpartition(".")[2].lower()

    @property
    def about(self) -> str:
        """Return what the event is about, the same when it begins and when it is over."""
        if self.subject:
            return f"{self.source} {self.subject}"
        stem = self.type.rpartition(".")[0] if self.ending in OVER | BEGUN else self.type
        return f"{self.source} {stem}"


def signal_of(event: CloudEvent, arrival: Arrival) -> Signal:
    """Return the alert: what its data says of one, and the event where that is silent."""
    data = _data_of(event)
    members = data if isinstance(data, dict) else {}
    said = {name: of for name, of in members.items() if name in _OURS and of is not None}
    rest = {name: of for name, of in members.items() if name not in _OURS}
    labels = {"source": event.source, "type": event.type}
    labels |= {"subject": event.subject} if event.subject else {}
    own = {
        "title": f"{event.type}: {event.subject}" if event.subject else event.type,
        "status": "resolved" if event.ending in OVER else "firing",
        "dedup_key": event.about,
        "description": "" if isinstance(data, dict) else text_of(data),
    }
    own |= {"ended_at" if event.ending in OVER else "started_at": event.time}
    alert = GenericAlert.model_validate(
        {
            **own,
            **said,
            "labels": labels | _members(said.get("labels")),
            "details": rest | _members(said.get("details")),
        }
    )
    return signal_from(alert, arrival)


def batch_of(sent: Any, arrival: Arrival) -> Batch:
    """Return the events of one message; those of a batch belong together.

    Raises: BodyMalformed, ValidationError.
    """
    if not isinstance(sent, list):
        signal = signal_of(CloudEvent.model_validate(sent), arrival)
        return _batch(signal.dedup_key, [signal])
    signals, unread = [], 0
    for one in sent:
        try:
            signals.append(signal_of(CloudEvent.model_validate(one), arrival))
        except ValidationError:
            unread += 1
    if not signals:
        raise BodyMalformed("It is a batch without an event.")
    return replace(_batch(f"batch: {signals[0].dedup_key}"[:255], signals), unread=unread)


def _batch(group: str, signals: list[Signal]) -> Batch:
    return Batch(
        sender=TITLE,
        group_key=group,
        signals=packed(signals),
        summary=signals[0].annotations.get("description", ""),
        source_url=signals[0].source_url,
        comes_again=False,
    )


def event_from(raw: bytes, headers: Mapping[str, str]) -> Any:
    """Return the event as JSON has it; in binary mode its attributes are in headers.

    Raises: BodyMalformed.
    """
    if f"{PREFIX}specversion" not in headers:
        return read_json(raw)
    attributes: dict[str, Any] = {
        name.removeprefix(PREFIX): unquote(of)
        for name, of in headers.items()
        if name.startswith(PREFIX)
    }
    return {**attributes, "data": _said_in(raw, headers.get("content-type", ""))}


def _said_in(raw: bytes, media_type: str) -> Any:
    if not raw.strip():
        return None
    if "json" in media_type or not media_type:
        return read_json(raw)
    return raw.decode(errors="replace")


def _data_of(event: CloudEvent) -> Any:
    if event.data is not None or not isinstance(event.data_base64, str):
        return event.data
    try:
        return read_json(b64decode(event.data_base64, validate=True))
    except (binascii.Error, ValueError, BodyMalformed):
        return event.data_base64


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _refused(wrong: ValidationError) -> BodyMalformed:
    """Return why it is no event, in one sentence."""
    first = wrong.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return BodyMalformed(f"It is no event of CloudEvents: {where} {first['msg']}".strip())


def _reader(arrival: Arrival) -> JsonReader[Any, Batch]:
    def heard(sent: Any) -> Batch:
        try:
            return batch_of(sent, arrival)
        except ValidationError as wrong:
            raise _refused(wrong) from None

    return JsonReader(
        _ANY,
        heard,
        read=lambda raw: event_from(raw, arrival.headers),
    )


_ANY: Final = TypeAdapter[Any](Any)
SOURCE: Final = AlertSource(
    name="cloud-events",
    title=TITLE,
    description="""\
Take in CloudEvents 1.0: structured, in binary mode (`ce-` headers), or in a batch.

`data` may have the fields of a generic alert, which count. Without them, the source and the subject
tell alerts apart, and a type that ends in `.resolved`, `.closed` or `.recovered` ends one.""",
    reader=_reader,
    body=json_body(
        TypeAdapter(CloudEvent),
        {
            "specversion": "1.0",
            "id": "A234-1234-1234",
            "source": "/queues/eu1",
            "type": "com.example.queue.stuck",
            "subject": "invoices",
            "time": "2026-11-23T03:25:08Z",
            "data": {"title": "Queue of invoices is stuck", "severity": "error", "length": 4000},
        },
    ),
)
