"""PagerDuty Events API v2 source: `POST /v2/enqueue`.

Source: PagerDuty, "Send an alert event" and "Events API v2 overview"; its OpenAPI description.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from services.api.http.cuts import tell_cut
from services.api.intake.key_place import key_in_body
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.generic import SEVERITIES, Words, severity_of, texts_of
from services.api.intake.sources.pagerduty.event import (
    ONE_ALERT,
    Action,
    Event,
    key_of,
    lines_of,
    linked,
    missing,
    take_event,
    with_texts,
)
from services.api.intake.sources.pagerduty.wording import worded_with
from services.intake.arrival import Arrival
from services.intake.batch.cleaning import time_from

PLACES: Final = ("source", "component", "group", "class")


def _action(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


type SentAction = Annotated[Action, BeforeValidator(_action)]


class AlertPayload(BaseModel):
    """What is wrong and where. Only `summary` has to be there: a page is worth more than a form."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    summary: Annotated[Words, Field(description="What is wrong: the title of its incident.")] = ""
    source: Words = ""
    severity: Annotated[
        Words, Field(description=f"{', '.join(SEVERITIES)}; anything else is left to triage.")
    ] = ""
    timestamp: Annotated[Any, Field(description="Since when, in ISO 8601.")] = None
    component: Words = ""
    group: Words = ""
    class_: Annotated[Words, Field(alias="class")] = ""
    custom_details: Any = None


class AlertEvent(BaseModel):
    """One event. `routing_key` is the integration's key."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    routing_key: Words = ""
    event_action: SentAction
    dedup_key: Annotated[
        Words,
        Field(description="The same key is the same alert while it is open. Without: a new one."),
    ] = ""
    payload: AlertPayload | None = None
    images: Annotated[Any, Field(description="Objects with `src`, and `href`, `alt`.")] = None
    links: Annotated[Any, Field(description="Objects with `href` and `text`.")] = None
    client: Words = ""
    client_url: Words = ""


def event_from(sent: AlertEvent, arrival: Arrival) -> Event:
    """Return what the event says.

    Raises: RequestValidationError.
    """
    action = sent.event_action
    dedup_key = key_of(sent.dedup_key, action, "dedup_key", arrival)
    if action is not Action.TRIGGER:
        return Event(action=action, dedup_key=dedup_key)
    payload = sent.payload or missing("payload")
    if not payload.summary.strip():
        missing("payload", "summary")
    severity = severity_of(payload.severity.strip())
    if severity is None:
        tell_cut("severity: not a known one, left to triage")
    links, images = linked(sent.links, "href", "text"), linked(sent.images, "src", "alt")
    details = payload.custom_details
    named = details if isinstance(details, dict) else {"custom_details": details}
    places = (payload.source, payload.component, payload.group, payload.class_)
    return Event(
        action=action,
        dedup_key=dedup_key,
        summary=payload.summary,
        severity=severity,
        labels=with_texts(zip(PLACES, places, strict=True)),
        annotations=texts_of(named)
        | with_texts(
            [
                ("summary", payload.summary),
                ("timestamp", "" if payload.timestamp is None else str(payload.timestamp)),
                ("client", sent.client),
                ("client_url", sent.client_url),
                ("links", "\n".join(links)),
                ("images", "\n".join(images)),
            ]
        ),
        details=lines_of(details),
        client=sent.client,
        url=sent.client_url or next((line.rpartition(" ")[2] for line in links), ""),
        began_at=time_from(payload.timestamp),
    )


class EnqueueAnswer(BaseModel):
    """The event is stored, as PagerDuty says it."""

    status: Literal["success"] = "success"
    message: Literal["Event processed"] = "Event processed"
    dedup_key: str


def _reader(arrival: Arrival) -> JsonReader[AlertEvent, Event]:
    return JsonReader(_BODY, lambda sent: event_from(sent, arrival))


_BODY: Final = TypeAdapter(AlertEvent)
SOURCE: Final = Source(
    name="pagerduty-events-v2",
    title="PagerDuty Events API v2",
    description="""\
Take in an event as PagerDuty does: `trigger`, `acknowledge` or `resolve` what `dedup_key` names.

A trigger that comes again while the alert is open is the same alert; after its resolve it is a new
one, and without a key always. An acknowledgement takes the incident, where nobody has it yet. What
is said of an alert that is not open is taken and dropped. An unknown key is an error here, never
silence. What cannot be stored now answers 503: send it again.""",
    parts=any_json,
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "routing_key": "the integration's key",
            "event_action": "trigger",
            "dedup_key": "samplekeyhere",
            "payload": {
                "summary": "Example alert on host1.example.com",
                "source": "monitoringtool:cloudvendor:central-region-dc-01:852559987:cluster/api",
                "severity": "info",
                "timestamp": "2015-07-17T08:42:58.315+0000",
                "component": "postgres",
                "group": "prod-datapipe",
                "class": "deploy",
                "custom_details": {"ping time": "1500ms", "load avg": 0.75},
            },
            "links": [{"href": "https://example.com/", "text": "Link text"}],
            "client": "Sample Monitoring Service",
            "client_url": "https://monitoring.example.com",
        },
    ),
    heeds_idempotency_key=True,
    take=take_event,
    one_alert=ONE_ALERT,
    answer=lambda dedup_key: EnqueueAnswer(dedup_key=dedup_key),
    answers=EnqueueAnswer,
    status=HTTPStatus.ACCEPTED,
    paths=("/v2/enqueue",),
    key=key_in_body("routing_key"),
    wording=worded_with("routing_key"),
)
