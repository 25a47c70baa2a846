"""FireHydrant source: events of Signals, `POST /v1/process/{key}`.

Source: FireHydrant's documentation, "Events Data Model" and "Generic Webhook Event Source".
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Members, Words, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import TITLE_LENGTH, Batch

TITLE: Final = "FireHydrant"
CLOSED: Final = frozenset({"closed", "1"})
OPEN: Final = frozenset({"open", "0", ""})
LEVELS: Final = {  # FireHydrant counts them from 0
    "info": "sev4",
    "warn": "sev3",
    "error": "sev2",
    "fatal": "sev1",
    "0": "sev4",
    "1": "sev3",
    "2": "sev2",
    "3": "sev1",
}

type SignalsList = Annotated[
    list[Any], BeforeValidator(lambda value: value if isinstance(value, list) else [])
]


class SignalsEvent(BaseModel):
    """An alert is open or closed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    summary: Annotated[Words, Field(description="What is wrong, in one line.")] = ""
    body: Words = ""
    status: Annotated[Words, Field(description="`OPEN` or 0, `CLOSED` or 1.")] = ""
    level: Annotated[
        Words, Field(description="`INFO`, `WARN`, `ERROR`, `FATAL`, or 0 to 3 for the same.")
    ] = ""
    idempotency_key: Annotated[
        Words, Field(description="The same key is the same alert; without one the summary counts.")
    ] = ""
    annotations: Members = {}
    tags: Annotated[SignalsList, Field(description="`service:checkout` becomes a label.")] = []
    links: Annotated[SignalsList, Field(description="`href`, `text`.")] = []
    images: Annotated[SignalsList, Field(description="`src`, `alt`.")] = []

    @model_validator(mode="after")
    def _can_be_read(self) -> "SignalsEvent":
        if not (one_line(self.summary) or one_line(self.idempotency_key)):
            raise ValueError("give a summary, or the idempotency_key of an event sent before")
        if self.status.lower() not in CLOSED | OPEN:
            raise ValueError(f"status {self.status:.40} is none of OPEN, CLOSED, 0 and 1")
        return self


class EventTaken(BaseModel):
    """The event is stored."""

    success: Literal[True] = True


def batch_of(event: SignalsEvent, arrival: Arrival) -> Batch:
    """Return the alert: tags are labels; annotations, links and images tell more."""
    shown = {
        **_named(event.links, "link", "text", "href"),
        **_named(event.images, "image", "alt", "src"),
    }
    long = event.summary if len(event.summary) > TITLE_LENGTH else ""  # its title will lack some
    links = [one["href"] for one in event.links if isinstance(one, dict) and one.get("href")]
    alert = GenericAlert(
        title=event.summary,
        status="resolved" if event.status.lower() in CLOSED else "firing",
        dedup_key=event.idempotency_key,
        severity=LEVELS.get(event.level.lower(), ""),
        description="\n\n".join(text for text in (long, event.body) if text),
        labels=_labels(event.tags),
        details=event.annotations | shown,
        source_url=links[0] if links else "",
    )
    return batch(alert, arrival, TITLE)


def _labels(tags: list[Any]) -> dict[str, str]:
    """Return tags as labels: by the name before the colon, several of one name in one."""
    labels: dict[str, str] = {}
    for tag in tags:
        name, colon, value = text_of(tag).partition(":")
        name, value = (name.strip(), value.strip()) if colon else ("tags", name.strip())
        labels[name] = f"{labels[name]}, {value}" if name in labels else value
    return labels


def _named(objects: list[Any], kind: str, name: str, address: str) -> dict[str, Any]:
    return {
        f"{kind} {text_of(one.get(name)) or number}": one.get(address)
        for number, one in enumerate(objects, 1)
        if isinstance(one, dict)
    }


def refused(problem: Mapping[str, Any]) -> tuple[HTTPStatus, Mapping[str, Any]]:
    """Return a problem as FireHydrant words it."""
    status, detail = HTTPStatus(problem["status"]), problem.get("detail") or problem["title"]
    wrong = [
        f"{one['field'].removeprefix('body.')}: {one['reason']}"
        for one in problem.get("errors", ())
    ]
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        status = HTTPStatus.BAD_REQUEST
    return status, {"errors": wrong or [detail]}


_BODY: Final = TypeAdapter(SignalsEvent)
SOURCE: Final = AlertSource(
    name="firehydrant",
    title=TITLE,
    description="""\
Take in an event as FireHydrant's Signals does, at its path.

The event is stored when this answers; the same `idempotency_key` again, while the alert is open, is
the same alert, and `CLOSED` ends it.""",
    reader=lambda arrival: JsonReader(_BODY, lambda event: batch_of(event, arrival)),
    body=json_body(
        _BODY,
        {
            "summary": "Queue of invoices is stuck",
            "body": "Nothing was taken off the queue for 10 minutes.",
            "status": "OPEN",
            "level": "ERROR",
            "idempotency_key": "invoices-queue",
            "tags": ["service:invoices", "environment:production"],
            "annotations": {"queue": "invoices"},
            "links": [{"href": "https://grafana.example.com/d/queues", "text": "Queues"}],
        },
    ),
    answer=lambda _taken: EventTaken(),
    answers=EventTaken,
    status=HTTPStatus.ACCEPTED,
    paths=("/v1/process/{key}",),
    wording=refused,
)
