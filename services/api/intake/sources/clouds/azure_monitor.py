"""Azure Monitor source: the webhook of an action group, in the common alert schema.

Source: Microsoft Learn, "Common alert schema for Azure Monitor alerts".
"""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

from events.values.plain_text import one_line
from services.api.intake.alert_source import AlertSource
from services.api.intake.source import JsonReader, json_body
from services.api.intake.sources.generic import GenericAlert, Members, Words, batch, text_of
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch

TITLE: Final = "Azure Monitor"
SEVERITIES: Final = {
    "Sev0": "critical",
    "Sev1": "error",
    "Sev2": "warning",
    "Sev3": "info",
    "Sev4": "info",
}
_CRITERIA: Final = 5  # of a rule, told in the summary


class Essentials(BaseModel):
    """What every alert of Azure says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)

    alert_id: Words = ""
    origin_alert_id: Words = ""
    alert_rule: Words = ""
    severity: Annotated[Words, Field(description="`Sev0` to `Sev4`.")] = ""
    signal_type: Words = ""
    monitor_condition: Annotated[Words, Field(description="`Fired` or `Resolved`.")] = ""
    monitoring_service: Words = ""
    configuration_items: Any = None
    alert_target_ids: Annotated[Any, Field(alias="alertTargetIDs")] = None
    fired_date_time: Any = None
    resolved_date_time: Any = None
    description: Words = ""
    investigation_link: Words = ""

    @model_validator(mode="after")
    def _is_named(self) -> "Essentials":
        if not (one_line(self.alert_id) or one_line(self.origin_alert_id)):
            raise ValueError("give the alertId")
        return self


class AzureAlert(BaseModel):
    """What is said of an alert, and in what it differs from others."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)

    essentials: Essentials
    alert_context: Members = {}
    custom_properties: Members = {}


class AzureNotification(BaseModel):
    """A notification in the common alert schema; no other names its alert."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)

    schema_id: Literal["azureMonitorCommonAlertSchema"]
    data: AzureAlert


def batch_of(sent: AzureNotification, arrival: Arrival) -> Batch:
    """Return the alert; Azure gives each time that a rule fires an id of its own."""
    said = sent.data.essentials
    over = said.monitor_condition.lower() == "resolved"
    items = _listed(said.configuration_items)
    labels = {
        "rule": said.alert_rule,
        "service": said.monitoring_service,
        "signal": said.signal_type,
        "resource": ", ".join(items),
    }
    rule = one_line(said.alert_rule) or "Alert without a rule"
    alert = GenericAlert(
        title=f"{rule} on {', '.join(items)}" if items else rule,
        status="resolved" if over else "firing",
        dedup_key=said.alert_id or said.origin_alert_id,
        severity=SEVERITIES.get(said.severity, ""),
        description="\n".join(
            filter(None, (said.description, *_measured(sent.data.alert_context)))
        ),
        labels={name: text for name, text in labels.items() if text},
        details={**sent.data.custom_properties, "targets": _listed(said.alert_target_ids) or None},
        source_url=said.investigation_link,
        started_at=said.fired_date_time,
        ended_at=said.resolved_date_time if over else None,
    )
    return replace(batch(alert, arrival, TITLE), comes_again=False)


def _listed(value: Any) -> list[str]:
    return [text_of(one) for one in value] if isinstance(value, list) else []


def _measured(context: dict[str, Any]) -> list[str]:
    """Return what was measured, a line for each criterion."""
    condition = context.get("condition")
    criteria = condition.get("allOf") if isinstance(condition, dict) else None
    if not isinstance(criteria, list):
        return []
    found = [one for one in criteria[:_CRITERIA] if isinstance(one, dict)]
    return [
        f"{text_of(one.get('metricName'))} is {text_of(one.get('metricValue'))},"
        f" {text_of(one.get('operator'))} {text_of(one.get('threshold'))}"
        for one in found
        if one.get("metricName")
    ]


_BODY: Final = TypeAdapter(AzureNotification)
SOURCE: Final = AlertSource(
    name="azure-monitor",
    title=TITLE,
    description="""\
Take in what an action group of Azure Monitor says in the common alert schema.

Each alert is known by its `alertId`, fires and is resolved. Kinds of alerts that Azure never
resolves, such as those of the activity log, are ended by a person.""",
    reader=lambda arrival: JsonReader(_BODY, lambda sent: batch_of(sent, arrival)),
    body=json_body(
        _BODY,
        {
            "schemaId": "azureMonitorCommonAlertSchema",
            "data": {
                "essentials": {
                    "alertId": "/subscriptions/0/providers/Microsoft.AlertsManagement/alerts/1",
                    "alertRule": "CPU of the databases",
                    "severity": "Sev1",
                    "monitorCondition": "Fired",
                    "configurationItems": ["db-1"],
                    "firedDateTime": "2026-11-23T03:25:08.3713213Z",
                }
            },
        },
    ),
)
