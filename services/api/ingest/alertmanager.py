"""Alertmanager's webhook, version 4: what it says, and what that means here. Pure.

Source: Prometheus Alertmanager, `template.Data` and docs/configuration.md, `<webhook_config>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from events.alert.commands import ResolveAlert, TriggerAlert
from events.alert.state import Alert
from events.ids import (
    AlertGroupId,
    AlertId,
    IncidentId,
    IntegrationId,
    alert_group_id_for,
    alert_id_for,
)
from events.severity import Severity

TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 2_000  # of one label or annotation
TEXTS_LENGTH: Final = 15_000  # of all of an alert's labels, or annotations; the log's cap is above
_LISTED: Final = 10  # alerts named in an incident's summary


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be a time that UTC can tell") from None


type Texts = Annotated[
    dict[str, str], BeforeValidator(lambda value: {} if value is None else value)
]
type Time = Annotated[AwareDatetime, AfterValidator(_utc)]


class _Wire(BaseModel):
    """What Alertmanager sends; fields that newer versions add are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)


class NotifiedAlert(_Wire):
    """One alert of a notification."""

    status: Literal["firing", "resolved"]
    labels: Texts = Field(default_factory=dict)
    annotations: Texts = Field(default_factory=dict)
    starts_at: Time
    ends_at: Time | None = None  # the year 1 while it fires
    generator_url: str = Field(default="", alias="generatorURL")
    fingerprint: Annotated[str, Field(min_length=1, max_length=255)]

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.annotations.get("summary") or named_by(self.labels)


class Notification(_Wire):
    """One webhook: the alerts of one group, firing and resolved ones mixed."""

    version: Literal["4"]
    group_key: Annotated[str, Field(min_length=1, max_length=8_192)]
    truncated_alerts: Annotated[int, Field(ge=0, strict=True)] = 0
    group_labels: Texts = Field(default_factory=dict)
    common_labels: Texts = Field(default_factory=dict)
    common_annotations: Texts = Field(default_factory=dict)
    external_url: str = Field(default="", alias="externalURL")
    alerts: Annotated[list[NotifiedAlert], Field(min_length=1, max_length=2_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one integration's notification says: each alert once, under our ids."""

    integration_id: IntegrationId
    group_id: AlertGroupId
    notification: Notification
    alerts: dict[AlertId, NotifiedAlert]


def report_from(integration_id: IntegrationId, notification: Notification) -> Report:
    """Return the notification under our ids; the last word counts on an alert named twice."""
    return Report(
        integration_id=integration_id,
        group_id=alert_group_id_for(integration_id, notification.group_key),
        notification=notification,
        alerts={
            alert_id_for(integration_id, alert.fingerprint): alert for alert in notification.alerts
        },
    )


def needs_trigger(notified: NotifiedAlert, alert: Alert, at: datetime) -> bool:
    """Return whether this opens a new occurrence of the alert."""
    return notified.status == "firing" and alert.opens(notified.starts_at, at)


def trigger_command(
    report: Report, alert_id: AlertId, incident_id: IncidentId, at: datetime
) -> TriggerAlert:
    """Return the command that opens an occurrence of the alert in the incident."""
    notified = report.alerts[alert_id]
    return TriggerAlert(
        alert_id=alert_id,
        integration_id=report.integration_id,
        dedup_key=notified.fingerprint,
        incident_id=incident_id,
        title=_cut(notified.name, TITLE_LENGTH),
        labels=_kept(notified.labels),
        annotations=_kept(notified.annotations),
        source_url=_cut(notified.generator_url) or None,
        started_at=notified.starts_at,
        at=at,
    )


def resolve_command(notified: NotifiedAlert, at: datetime) -> ResolveAlert:
    """Return the command that ends the open occurrence.

    A resolution without a time of its own, or with one before its start, ended when it arrived.
    """
    told = notified.ends_at
    ended_at = told if told is not None and told >= notified.starts_at else at
    return ResolveAlert(ended_at=ended_at, at=at)


def incident_title(notification: Notification) -> str:
    """Return the title of the incident that the group opens."""
    summary = notification.common_annotations.get("summary")
    labels = notification.group_labels or notification.common_labels
    return _cut(
        summary or _first(notification).annotations.get("summary") or named_by(labels), TITLE_LENGTH
    )


def incident_summary(notification: Notification) -> str:
    """Return the first thing a responder reads: which alerts, how many, and where to look."""
    firing = [alert for alert in notification.alerts if alert.status == "firing"]
    lines = [f"- {_cut(alert.name, TITLE_LENGTH)} ({labelled(alert.labels)})" for alert in firing]
    more = len(firing) - _LISTED
    told = [f"Alerts firing: {len(firing)}.", *lines[:_LISTED]]
    if more > 0:
        told.append(f"- and {more} more")
    if notification.truncated_alerts:
        told.append(f"Alertmanager left {notification.truncated_alerts} more out of its message.")
    if notification.external_url:
        told.append(f"Alertmanager: {_cut(notification.external_url)}")
    return "\n".join(told)


def incident_began_at(notification: Notification, at: datetime) -> datetime | None:
    """Return when the trouble began by the monitor's clock; None if that is ahead of ours."""
    firing = (one.starts_at for one in notification.alerts if one.status == "firing")
    began = min(firing, default=None)
    return began if began is not None and began <= at else None


def incident_severity(notification: Notification) -> Severity | None:
    """Return the severity the alerts name in our words, None when triage has to say it."""
    told = notification.common_labels.get("severity", "").upper()
    return Severity(told) if told in Severity else None


def named_by(labels: Mapping[str, str]) -> str:
    """Return a name made of labels: the alert's, then what sets it apart."""
    name = labels.get("alertname", "Alert")
    rest = labelled({key: text for key, text in labels.items() if key != "alertname"})
    return f"{name} ({rest})" if rest else name


def labelled(labels: Mapping[str, str]) -> str:
    """Return labels as one short line."""
    return _cut(", ".join(f"{key}={text}" for key, text in sorted(labels.items())), TITLE_LENGTH)


def _first(notification: Notification) -> NotifiedAlert:
    firing = (alert for alert in notification.alerts if alert.status == "firing")
    return next(firing, notification.alerts[0])


def _kept(texts: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    room = TEXTS_LENGTH
    for key, text in texts.items():
        short_key, short_text = _cut(key), _cut(text)
        room -= len(short_key) + len(short_text)
        if room >= 0:
            kept[short_key] = short_text
    return kept


def _cut(text: str, length: int = TEXT_LENGTH) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
