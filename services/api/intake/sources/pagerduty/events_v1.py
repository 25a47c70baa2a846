"""PagerDuty Events API v1 source: `POST /generic/2010-04-15/create_event.json`, for old senders.

Source: PagerDuty, Events API v1 OpenAPI description: service_key, event_type, incident_key.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.api.intake.key_place import key_in_body
from services.api.intake.source import JsonReader, Source, any_json, json_body
from services.api.intake.sources.generic import Words, texts_of
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
from services.api.intake.sources.pagerduty.events_v2 import SentAction
from services.api.intake.sources.pagerduty.wording import worded_with
from services.intake.arrival import Arrival


class GenericEvent(BaseModel):
    """One event of the first version. `service_key` is the integration's key."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service_key: Words = ""
    event_type: SentAction
    incident_key: Annotated[
        Words,
        Field(description="The same key is the same alert while it is open. Without: a new one."),
    ] = ""
    description: Annotated[Words, Field(description="What is wrong; a trigger needs it.")] = ""
    details: Annotated[Any, Field(description="What else the sender knows.")] = None
    client: Words = ""
    client_url: Words = ""
    contexts: Annotated[
        Any, Field(description="Links and images: objects with `type`, `href`, `text`, `src`.")
    ] = None


def event_from(sent: GenericEvent, arrival: Arrival) -> Event:
    """Return what the event says; it names no severity, so triage says it.

    Raises: RequestValidationError.
    """
    action = sent.event_type
    dedup_key = key_of(sent.incident_key, action, "incident_key", arrival)
    if action is not Action.TRIGGER:
        return Event(action=action, dedup_key=dedup_key)
    if not sent.description.strip():
        missing("description")
    links, images = linked(sent.contexts, "href", "text"), linked(sent.contexts, "src", "alt")
    named = sent.details if isinstance(sent.details, dict) else {"details": sent.details}
    return Event(
        action=action,
        dedup_key=dedup_key,
        summary=sent.description,
        annotations=texts_of(named)
        | with_texts(
            [
                ("description", sent.description),
                ("client", sent.client),
                ("client_url", sent.client_url),
                ("links", "\n".join(links)),
                ("images", "\n".join(images)),
            ]
        ),
        details=lines_of(sent.details),
        client=sent.client,
        url=sent.client_url or next((line.rpartition(" ")[2] for line in links), ""),
    )


class CreateEventAnswer(BaseModel):
    """The event is stored, as PagerDuty says it."""

    status: Literal["success"] = "success"
    message: Literal["Event processed"] = "Event processed"
    incident_key: str


def _reader(arrival: Arrival) -> JsonReader[GenericEvent, Event]:
    return JsonReader(_BODY, lambda sent: event_from(sent, arrival))


_BODY: Final = TypeAdapter(GenericEvent)
SOURCE: Final = Source(
    name="pagerduty-events-v1",
    title="PagerDuty Events API v1",
    description="""\
Take in an event of the first version of PagerDuty's API: `trigger`, `acknowledge` or `resolve`.

As in the second version, but for the names of its members; it names no severity.""",
    parts=any_json,
    reader=_reader,
    body=json_body(
        _BODY,
        {
            "service_key": "the integration's key",
            "event_type": "trigger",
            "incident_key": "srv01/HTTP",
            "description": "FAILURE for production/HTTP on machine srv01.acme.com",
            "client": "Sample Monitoring Service",
            "client_url": "https://monitoring.example.com",
            "details": {"ping time": "1500ms", "load avg": 0.75},
            "contexts": [
                {"type": "link", "href": "https://acme.example.com"},
                {"type": "image", "src": "https://acme.example.com/image.png"},
            ],
        },
    ),
    heeds_idempotency_key=True,
    take=take_event,
    one_alert=ONE_ALERT,
    answer=lambda incident_key: CreateEventAnswer(incident_key=incident_key),
    answers=CreateEventAnswer,
    status=HTTPStatus.OK,
    paths=("/generic/2010-04-15/create_event.json",),
    key=key_in_body("service_key"),
    wording=worded_with("service_key"),
)
