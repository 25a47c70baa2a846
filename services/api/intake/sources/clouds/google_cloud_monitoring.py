"""Google Cloud Monitoring source: the webhook of a notification channel, schema version 1.2.

Source: Google Cloud, "Create and manage notification channels", schema of webhooks.
"""

from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Words, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch
from services.intake.batch.spool import packed

TITLE: Final = "Google Cloud Monitoring"


class GoogleIncident(BaseModel):
    """What Google calls an incident: one condition holds, for one resource."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    incident_id: Words
    state: Annotated[Words, Field(description="`open` or `closed`.")] = ""
    policy_name: Words = ""
    condition_name: Words = ""
    severity: Annotated[Words, Field(description="`Critical`, `Error` or `Warning`.")] = ""
    summary: Words = ""
    documentation: Any = None
    resource_display_name: Words = ""
    resource_name: Words = ""
    scoping_project_id: Words = ""
    resource: Any = None
    metric: Any = None
    policy_user_labels: Any = None
    observed_value: Words = ""
    threshold_value: Words = ""
    url: Words = ""
    started_at: Any = None
    ended_at: Any = None

    @model_validator(mode="after")
    def _is_named(self) -> "GoogleIncident":
        if not one_line(self.incident_id):
            raise ValueError("give the incident_id")
        return self


class GoogleNotification(BaseModel):
    """A notification about one incident of Google's."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    incident: GoogleIncident


def batch_of(sent: GoogleNotification, arrival: Arrival) -> Batch:
    """Return the alert: it fires while Google's incident is open."""
    said = sent.incident
    state = said.state.strip().lower()
    if state == "acknowledged":  # over there; whether it is over stays open
        return Batch(sender=TITLE, group_key=said.incident_id, signals=packed([]))
    labels = {"project": said.scoping_project_id, "policy": said.policy_name}
    labels |= {"condition": said.condition_name, "resource": said.resource_name}
    alert = GenericAlert(
        title=_title(said),
        status="resolved" if state == "closed" else "firing",
        dedup_key=said.incident_id,
        severity=said.severity,
        description="\n".join(filter(None, (said.summary, _documented(said.documentation)))),
        labels=_labelled(said.policy_user_labels)
        | _labelled(said.resource, "labels")
        | _labelled(said.metric, "labels")
        | {name: text for name, text in labels.items() if text},
        details={
            "observed": said.observed_value or None,
            "threshold": said.threshold_value or None,
        },
        source_url=said.url,
        started_at=said.started_at,
        ended_at=said.ended_at,
    )
    return replace(batch(alert, arrival, TITLE), comes_again=False)


def _title(said: GoogleIncident) -> str:
    name = one_line(said.policy_name or said.condition_name or said.summary) or "Alert"
    where = one_line(said.resource_display_name)
    return f"{name}: {where}" if where else name


def _documented(value: Any) -> str:
    """Return what the policy tells its readers: a text, or an object around it."""
    return text_of(value.get("content")) if isinstance(value, dict) else text_of(value)


def _labelled(value: Any, member: str = "") -> dict[str, Any]:
    found = value.get(member) if member and isinstance(value, dict) else value
    return dict(found) if isinstance(found, dict) else {}


_BODY: Final = TypeAdapter(GoogleNotification)
SOURCE: Final = AlertSource(
    name="google-cloud-monitoring",
    title=TITLE,
    description="""\
Take in what a webhook channel of Google Cloud Monitoring says: an incident opens, or is closed.

Each is known by its `incident_id`, and is one alert.""",
    reader=lambda arrival: JsonReader(_BODY, lambda sent: batch_of(sent, arrival)),
    body=json_body(
        _BODY,
        {
            "version": "1.2",
            "incident": {
                "incident_id": "0.lkydsp4q2w3a",
                "state": "open",
                "policy_name": "Load of the front ends",
                "condition_name": "VM Instance - CPU utilization",
                "severity": "Error",
                "resource_display_name": "web-1",
                "summary": "CPU utilization of web-1 is above 0.9.",
                "started_at": 1795404308,
            },
        },
    ),
)
