"""Generic JSON source: plain fields, for scripts and for senders without a source of their own."""

import json
from collections.abc import Callable
from dataclasses import replace as replace_batch
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

from msgspec.structs import replace
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import cut, one_line
from events.values.severity import Severity, severity_named
from services.api.intake.alert_source import AlertSource
from services.api.intake.mapped import MappedBody, MappedReader, members_of
from services.api.intake.source import JsonReader, Reader, json_body
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import storable, time_from, told_apart, url_from
from services.intake.batch.signal import TITLE_LENGTH, Batch, Signal
from services.intake.batch.spool import packed

TITLE: Final = "Generic JSON"
SEVERITIES: Final = {
    "critical": Severity.SEV1,
    "error": Severity.SEV2,
    "warning": Severity.SEV3,
    "info": Severity.SEV4,
}


def text_of(value: Any) -> str:
    """Return a value as text: a text as it is, nothing as an empty one, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


type Words = Annotated[str, BeforeValidator(text_of)]
type Members = Annotated[
    dict[str, Any], BeforeValidator(lambda value: {} if value is None else value)
]


class GenericAlert(BaseModel):
    """One alert fires or is over. Texts are cut and cleaned; other members are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[Words, Field(description="What is wrong, in one line.")] = ""
    status: Annotated[
        Literal["firing", "resolved"], Field(description="`resolved` ends what `dedup_key` names.")
    ] = "firing"
    dedup_key: Annotated[
        Words,
        Field(
            description="The same key is the same alert. Without one, the `Idempotency-Key`"
            " counts, and without that the title with the labels."
        ),
    ] = ""
    group_key: Annotated[
        Words,
        Field(description="Alerts of one group are one incident; without one, each has its own."),
    ] = ""
    severity: Annotated[
        Words,
        Field(
            description="`sev1` to `sev4`, or `critical`, `error`, `warning`, `info` for the same;"
            " anything else is left to triage."
        ),
    ] = ""
    description: Words = ""
    labels: Annotated[Members, Field(description="Where it is wrong.")] = {}
    details: Annotated[Members, Field(description="What else the sender knows.")] = {}
    source_url: Annotated[Words, Field(description="Where to look: http or https.")] = ""
    started_at: Annotated[Any, Field(description="RFC 3339, or Unix time; else its arrival.")] = (
        None
    )
    ended_at: Any = None

    @model_validator(mode="after")
    def _is_named(self) -> "GenericAlert":
        if not (one_line(self.title) or one_line(self.dedup_key)):
            raise ValueError("give a title, or the dedup_key of an alert that was sent before")
        return self


def batch(body: GenericAlert, arrival: Arrival, sender: str = TITLE) -> Batch:
    """Return the alert as a batch of its own; sources of one alert a message come down to it."""
    signal = signal_from(body, arrival)
    return Batch(
        sender=sender,
        group_key=told_apart(body.group_key or signal.dedup_key),
        signals=packed([signal]),
        summary=signal.annotations.get("description", ""),
        source_url=signal.source_url,
    )


def reader_for[Body](
    arrival: Arrival, model: TypeAdapter[Body], heard: Callable[[Body], Batch], sender: str
) -> Reader[Batch]:
    """Return what reads a body: by the integration's mapping if it has one, or by the model."""
    if arrival.sender.mapping is None:
        return JsonReader(model, heard)
    return MappedReader(arrival.sender.mapping, lambda body: mapped_batch(body, arrival, sender))


def mapped_batch(body: MappedBody, arrival: Arrival, sender: str) -> Batch:
    """Return the alerts of a body that was read by a mapping; the first one names their group."""
    alerts = [GenericAlert.model_validate(members_of(one)) for one in body.alerts]
    first = batch(alerts[0], arrival, sender)
    signals = [signal_from(alert, arrival) for alert in alerts]
    return replace_batch(first, signals=packed(signals), unread=body.unread)


def signal_from(body: GenericAlert, arrival: Arrival) -> Signal:
    """Return the alert, clean enough to be stored."""
    labels = texts_of(body.labels)
    annotations = texts_of({**body.details, "description": body.description or None})
    title = one_line(body.title) or one_line(body.dedup_key)
    dedup_key = body.dedup_key or arrival.idempotency_key or _derived(title, labels)
    started_at = time_from(body.started_at)
    signal = Signal(
        dedup_key=told_apart(dedup_key),
        firing=body.status == "firing",
        title=cut(title, TITLE_LENGTH),
        severity=severity_of(body.severity),
        labels=storable(labels),
        annotations=storable(annotations),
        started_at=started_at or arrival.at,
        start_known=started_at is not None,
        ended_at=time_from(body.ended_at),
        source_url=url_from(body.source_url),
    )
    sent = (body.title or title, dedup_key, labels, annotations, body.source_url)
    taken = (signal.title, signal.dedup_key, signal.labels, signal.annotations, signal.source_url)
    return replace(signal, mended=sent != taken)


def severity_of(text: str) -> Severity | None:
    """Return the severity in our words; None when triage has to say it."""
    return SEVERITIES.get(text.lower()) or severity_named(text)


def texts_of(members: dict[str, Any]) -> dict[str, str]:
    """Return values as texts, without those that say nothing."""
    return {name: text_of(value) for name, value in members.items() if value is not None}


def _derived(title: str, labels: dict[str, str]) -> str:
    """Return what tells an alert without a key from the others, now and when it ends."""
    return sha256(json.dumps([title, sorted(labels.items())]).encode()).hexdigest()


def _reader(arrival: Arrival) -> Reader[Batch]:
    return reader_for(arrival, _BODY, lambda body: batch(body, arrival), TITLE)


_BODY: Final = TypeAdapter(GenericAlert)
SOURCE: Final = AlertSource(
    name="generic",
    title=TITLE,
    description="""\
Take in one alert in plain fields: it fires, or it is resolved. An integration with a mapping reads
any other JSON here.

Everything is stored when this answers. The same `dedup_key` again is the same alert: one page, and
nothing new while it is open. What cannot be stored now answers 503: send it again.""",
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "title": "Queue of invoices is stuck",
            "status": "firing",
            "dedup_key": "invoices-queue",
            "severity": "error",
            "description": "Nothing was taken off the queue for 10 minutes.",
            "labels": {"queue": "invoices", "region": "eu1"},
            "source_url": "https://grafana.example.com/d/queues",
            "started_at": "2026-11-23T03:25:08Z",
        },
    ),
    heeds_idempotency_key=True,
)
