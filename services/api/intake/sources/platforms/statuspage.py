"""Statuspage source: what the status page of a vendor tells those who subscribe by webhook.

Source: Atlassian, "Enable webhook notifications": component updates, incident updates.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch

TITLE: Final = "Statuspage"
IMPACTS: Final = {
    "critical": "sev1",
    "major": "sev2",
    "minor": "sev3",
    "none": "sev4",
    "major_outage": "sev1",
    "partial_outage": "sev2",
    "degraded_performance": "sev3",
}
WORKS: Final = frozenset({"operational", "under_maintenance"})
OVER: Final = frozenset({"resolved", "postmortem", "completed"})
PLANNED: Final = frozenset({"scheduled", "in_progress", "verifying"})

type Object = Annotated[
    dict[str, Any], BeforeValidator(lambda value: value if isinstance(value, dict) else {})
]


class StatuspageMessage(BaseModel):
    """An incident of the page was opened or went on, or a component of it works or does not."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    page: Annotated[Object, Field(description="`id`, `status_description`.")] = {}
    incident: Annotated[
        Object, Field(description="`id`, `name`, `status`, `impact`, `incident_updates` and more.")
    ] = {}
    component_update: Annotated[Object, Field(description="`old_status`, `new_status`.")] = {}
    component: Annotated[Object, Field(description="`id`, `name`, `status`.")] = {}

    @property
    def component_id(self) -> str:
        """Return what tells the component from the others of its page."""
        return _text(self.component.get("id") or self.component_update.get("component_id"))

    @property
    def component_status(self) -> str:
        """Return how the component is now."""
        return _text(self.component_update.get("new_status") or self.component.get("status"))

    @model_validator(mode="after")
    def _tells_something(self) -> "StatuspageMessage":
        incident = _text(self.incident.get("id")) and _text(self.incident.get("status"))
        if not (incident or (self.component_id and self.component_status)):
            raise ValueError("give an incident with id and status, or a component with them")
        return self


def batch_of(body: StatuspageMessage, arrival: Arrival) -> Batch:
    """Return the alert: one for each incident of the page, and one for each component."""
    alert = _incident(body) if _text(body.incident.get("id")) else _component(body)
    return batch(alert, arrival, TITLE)


def _incident(body: StatuspageMessage) -> GenericAlert:
    incident, status = body.incident, _text(body.incident.get("status")).lower()
    updates = incident.get("incident_updates")
    newest = updates[0] if isinstance(updates, list) and updates else {}
    return GenericAlert(
        title=_text(incident.get("name")) or f"Incident {_text(incident['id'])}",
        status="resolved" if status in OVER | PLANNED else "firing",
        dedup_key=f"statuspage incident {_text(incident['id'])}",
        severity=IMPACTS.get(_text(incident.get("impact")).lower(), ""),
        description=text_of(newest.get("body")) if isinstance(newest, dict) else "",
        labels={"page": body.page.get("id"), "impact": incident.get("impact")},
        details={"status": status, "page status": body.page.get("status_description")},
        source_url=_text(incident.get("shortlink")),
        started_at=incident.get("created_at"),
        ended_at=incident.get("resolved_at") if status in OVER else None,
    )


def _component(body: StatuspageMessage) -> GenericAlert:
    name = _text(body.component.get("name")) or f"Component {body.component_id}"
    status, changed_at = body.component_status.lower(), body.component_update.get("created_at")
    works = status in WORKS
    return GenericAlert(
        title=f"{name} has trouble",
        status="resolved" if works else "firing",
        dedup_key=f"statuspage component {body.component_id}",
        group_key=f"statuspage components {_text(body.page.get('id'))}",
        severity=IMPACTS.get(status, ""),
        description=f"{name}: {status.replace('_', ' ')}",
        labels={"page": body.page.get("id"), "component": name},
        details={
            "status": status,
            "status before": body.component_update.get("old_status"),
            "page status": body.page.get("status_description"),
        },
        ended_at=changed_at if works else None,
    )


def _text(value: Any) -> str:
    return one_line(text_of(value))


_BODY: Final = TypeAdapter(StatuspageMessage)
SOURCE: Final = AlertSource(
    name="statuspage",
    title=TITLE,
    description="""\
Take in what a vendor's Statuspage tells: an incident there, or a component that changed its status.

An incident is one alert until it is resolved there, a component one until it is operational again.
Planned maintenance is no alert, nor is a component that is under maintenance.""",
    reader=lambda arrival: JsonReader(_BODY, lambda body: batch_of(body, arrival)),
    body=json_body(
        _BODY,
        {
            "page": {"id": "j2mfxwj97wnj", "status_description": "Partial System Outage"},
            "component_update": {
                "created_at": "2026-11-23T03:25:08Z",
                "old_status": "operational",
                "new_status": "partial_outage",
                "component_id": "rb5wq1dczvbm",
            },
            "component": {"id": "rb5wq1dczvbm", "name": "Card payments"},
        },
    ),
)
