"""incident.io source: alert events of an HTTP source, `POST /v2/alert_events/http/{id}`.

Source: incident.io's OpenAPI description, "Alert Events V2": CreateHTTP.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.key_place import key_in_any, key_in_header, key_in_query
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Members, Words, batch, text_of
from services.intake.alerts.storing import Taken
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch

TITLE: Final = "incident.io"


class IncidentIoEvent(BaseModel):
    """An alert fires or is over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[Words, Field(description="What is wrong, in one line.")]
    status: Literal["firing", "resolved"]
    deduplication_key: Annotated[
        Words, Field(description="The same key is the same alert; without one the title counts.")
    ] = ""
    description: Words = ""
    source_url: Words = ""
    metadata: Annotated[Members, Field(description="`severity` sets the severity.")] = {}

    @field_validator("title")
    @classmethod
    def _says_something(cls, title: str) -> str:
        if not one_line(title):
            raise ValueError("give the alert a title")
        return title


class EventAccepted(BaseModel):
    """The event is stored."""

    status: Literal["success"] = "success"
    message: str = "Event accepted for processing"
    deduplication_key: str


def batch_of(event: IncidentIoEvent, arrival: Arrival) -> Batch:
    """Return the alert; what its metadata says in one word is a label."""
    labels = {name: of for name, of in event.metadata.items() if not isinstance(of, dict | list)}
    alert = GenericAlert(
        title=event.title,
        status=event.status,
        dedup_key=event.deduplication_key,
        severity=text_of(event.metadata.get("severity")),
        description=event.description,
        labels=labels,
        details={name: of for name, of in event.metadata.items() if name not in labels},
        source_url=event.source_url,
    )
    return replace(batch(alert, arrival, TITLE), comes_again=False)


def accepted(taken: Taken) -> EventAccepted:
    """Return the answer; what was sent without a key is known by the one in it."""
    return EventAccepted(deduplication_key=taken.batch.signals.last[0].dedup_key)


def refused(problem: Mapping[str, Any]) -> tuple[HTTPStatus, Mapping[str, Any]]:
    """Return a problem as incident.io words it."""
    status, detail = HTTPStatus(problem["status"]), problem.get("detail") or problem["title"]
    code = problem["code"].replace("-", "_")
    errors: list[dict[str, Any]] = [
        {
            "code": "invalid_value",
            "message": one["reason"],
            "source": {"field": one["field"].removeprefix("body.")},
        }
        for one in problem.get("errors", ())
    ]
    return status, {
        "type": "validation_error" if errors else code,
        "status": status.value,
        "request_id": problem["request_id"],
        "errors": errors or [{"code": code, "message": detail}],
    }


_BODY: Final = TypeAdapter(IncidentIoEvent)
SOURCE: Final = AlertSource(
    name="incident-io",
    title=TITLE,
    description="""\
Take in an alert event as incident.io's HTTP alert source does, at its path.

The id in the path may be any. The event is stored when this answers; the same key again, while the
alert is open, is the same alert.""",
    reader=lambda arrival: JsonReader(_BODY, lambda event: batch_of(event, arrival)),
    body=json_body(
        _BODY,
        {
            "title": "Queue of invoices is stuck",
            "status": "firing",
            "deduplication_key": "invoices-queue",
            "description": "Nothing was taken off the queue for 10 minutes.",
            "source_url": "https://grafana.example.com/d/queues",
            "metadata": {"severity": "critical", "team": ["billing"]},
        },
    ),
    answer=accepted,
    answers=EventAccepted,
    status=HTTPStatus.ACCEPTED,
    paths=("/v2/alert_events/http/{alert_source_config_id}",),
    key=key_in_any(key_in_header("Authorization", "Bearer"), key_in_query("token")),
    wording=refused,
)
