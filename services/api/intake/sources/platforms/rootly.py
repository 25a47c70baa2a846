"""Rootly source: its generic webhook, `POST /webhooks/incoming/generic_webhooks`.

Rootly reads any body by paths that are set there, and here so does an integration with a mapping.
Without one the names that its senders use are read: those of an alert in Rootly's API, and those of
the fields in its documentation.

Source: Rootly's documentation, "Generic Webhook Alert Source"; its OpenAPI file, `new_alert`.
"""

from typing import Annotated, Any, Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.key_place import key_in_any, key_in_header, key_in_query
from services.api.intake.signature import HexSignature
from services.api.intake.source import json_body
from services.api.intake.sources.generic import GenericAlert, Words, batch, reader_for
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch

TITLE: Final = "Rootly"
OVER: Final = frozenset({"resolved", "closed", "ok", "recovered", "cleared"})
PATH: Final = "/webhooks/incoming/generic_webhooks"


def _or(*names: str, text: str) -> Any:
    """Return a field that is read by the first of the names that the body has."""
    others = f" Or: {', '.join(f'`{name}`' for name in names[1:])}." if names[1:] else ""
    return Field(validation_alias=AliasChoices(*names), description=text + others)


class RootlyAlert(BaseModel):
    """An alert is triggered or resolved; any other member tells more about it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    title: Annotated[Words, _or("title", "summary", text="What is wrong, in one line.")] = ""
    description: Words = ""
    state: Annotated[
        Words,
        _or("state", "status", text="One of resolved, closed, ok, recovered and cleared ends it."),
    ] = ""
    external_id: Annotated[
        Words, _or("external_id", "external_identifier", text="The same id is the same alert.")
    ] = ""
    severity: Annotated[Words, _or("severity", "urgency", "priority", text="How bad.")] = ""
    url: Annotated[Words, _or("external_url", "source_url", "url", text="Where to look.")] = ""
    started_at: Any = None
    ended_at: Any = None
    labels: Annotated[Any, Field(description="An object, or a list of `key` and `value`.")] = None

    @model_validator(mode="after")
    def _is_named(self) -> "RootlyAlert":
        if not (one_line(self.title) or one_line(self.external_id)):
            raise ValueError("give a title, or the external_id of an alert that was sent before")
        return self


def batch_of(body: RootlyAlert, arrival: Arrival) -> Batch:
    """Return the alert; members of any other name are annotations."""
    over = one_line(body.state).lower() in OVER
    alert = GenericAlert(
        title=body.title,
        status="resolved" if over else "firing",
        dedup_key=body.external_id,
        severity=body.severity,
        description=body.description,
        labels=_labels(body.labels),
        details=body.model_extra or {},
        source_url=body.url,
        started_at=body.started_at,
        ended_at=body.ended_at if over else None,
    )
    return batch(alert, arrival, TITLE)


def _labels(labels: Any) -> dict[str, Any]:
    if isinstance(labels, dict):
        return labels
    pairs = labels if isinstance(labels, list) else []
    return {
        pair["key"]: pair.get("value")
        for pair in pairs
        if isinstance(pair, dict) and isinstance(pair.get("key"), str)
    }


_BODY: Final = TypeAdapter(RootlyAlert)
SOURCE: Final = AlertSource(
    name="rootly",
    title=TITLE,
    description="""\
Take in an alert as Rootly's generic webhook does, at its paths, signed if it has a signing secret.

It is read by the names that Rootly gives an alert; what the path names after `notify` is passed
over, as the integration says whose alert it is. The same `external_id` again is the same alert.""",
    reader=lambda arrival: reader_for(arrival, _BODY, lambda body: batch_of(body, arrival), TITLE),
    body=json_body(
        _BODY,
        {
            "title": "Queue of invoices is stuck",
            "description": "Nothing was taken off the queue for 10 minutes.",
            "external_id": "invoices-queue",
            "state": "triggered",
            "severity": "critical",
            "external_url": "https://grafana.example.com/d/queues",
            "labels": [{"key": "queue", "value": "invoices"}],
        },
    ),
    paths=(PATH, f"{PATH}/notify/{{target_type}}/{{target_id}}"),
    key=key_in_any(key_in_header("Authorization", "Bearer"), key_in_query("secret")),
    signature=HexSignature("X-Webhook-Signature-256", before="sha256="),
)
