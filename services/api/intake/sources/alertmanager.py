"""Alertmanager's webhook, version 4: what it says, and what that means here. Pure.

Source: Prometheus Alertmanager, `template.Data` and docs/configuration.md, `<webhook_config>`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from events.alert.commands import ResolveAlert, TriggerAlert
from events.ids import (
    AlertGroupId,
    AlertId,
    IncidentId,
    IntegrationId,
    alert_group_id_for,
    alert_id_for,
)
from events.plain_text import one_line
from events.severity import Severity, severity_named, worst_of
from services.api.intake.losses import left_out_words, unread_words
from services.api.intake.sources.notification import (
    TITLE_LENGTH,
    Notification,
    NotifiedAlert,
    cut,
    labelled,
    named_by,
    names_of,
)

_NAMES: Final = 3  # rules named in a title


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
        title=alert_title(notified),
        labels=notified.labels,
        annotations=notified.annotations,
        source_url=notified.generator_url or None,
        started_at=notified.starts_at,
        at=at,
    )


def resolve_command(notified: NotifiedAlert, at: datetime) -> ResolveAlert:
    """Return the command that ends the open occurrence.

    A resolution without a time of its own, or with one before its start, ended when it arrived.
    """
    told = notified.ends_at
    ended_at = told if told is not None and told >= notified.starts_at else at
    return ResolveAlert(ended_at=ended_at, at=at, started_at=notified.starts_at)


def alert_title(notified: NotifiedAlert) -> str:
    """Return what people call the alert, as long as a title may be."""
    return cut(notified.name, TITLE_LENGTH)


def incident_title(notification: Notification) -> str:
    """Return the title of the incident that the group opens, in one line."""
    summary = one_line(notification.common_annotations.get("summary", ""))
    if summary or not notification.listed:
        return cut(summary or _group_name(notification), TITLE_LENGTH)
    first = notification.listed[0]
    own = one_line(first.annotations.get("summary", ""))
    if not own:
        return cut(_group_name(notification), TITLE_LENGTH)
    more = notification.firing - 1
    others = f" (and {more} more)" if more else ""
    return cut(own, TITLE_LENGTH - len(others)) + others


def _group_name(notification: Notification) -> str:
    """Return what the alerts of a group are called: by the labels they share, or by their rules."""
    shared = notification.group_labels or notification.common_labels
    if "alertname" in shared:
        return named_by(shared)
    rules = names_of(notification.listed)
    if notification.firing == 1 and notification.listed and not shared:
        return notification.listed[0].name
    more = f" and {len(rules) - _NAMES} more" if len(rules) > _NAMES else ""
    return named_by({**shared, "alertname": ", ".join(rules[:_NAMES]) + more} if rules else shared)


def incident_summary(notification: Notification) -> str:
    """Return the first thing a responder reads: which alerts, how many, and where to look."""
    told = [f"Alerts firing: {notification.firing}."]
    told += [f"- {_line_of(alert)}" for alert in notification.listed]
    more = notification.firing - len(notification.listed)
    if more > 0:
        told.append(f"- and {more} more")
    told += [
        f"{words}." for words in (unread_words(notification), left_out_words(notification)) if words
    ]
    if notification.external_url:
        told.append(f"Alertmanager: {notification.external_url}")
    return "\n".join(told)


def _line_of(alert: NotifiedAlert) -> str:
    name = cut(alert.name, TITLE_LENGTH)
    return f"{name} ({labelled(alert.labels)})" if "summary" in alert.annotations else name


def incident_began_at(notification: Notification, at: datetime) -> datetime | None:
    """Return when the trouble began by the monitor's clock; None if that is ahead of ours."""
    began = notification.began_at
    return began if began is not None and began <= at else None


def incident_severity(report: Report) -> Severity | None:
    """Return the worst severity of what fires, None when triage has to say it."""
    firing = (one for one in report.alerts.values() if one.status == "firing")
    return worst_of(alert_severity(report, one) for one in firing)


def alert_severity(report: Report, notified: NotifiedAlert) -> Severity | None:
    """Return the severity that the alert, or its whole group, names in our words."""
    common = report.notification.common_labels.get("severity", "")
    return severity_named(notified.labels.get("severity", common))
