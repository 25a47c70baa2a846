"""Alert report: one block of a batch under our ids, and what it means for alerts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.alert.commands import HoldAlert, ResolveAlert, TriggerAlert
from events.alert.state import INITIAL, Alert
from events.ids import (
    AlertGroupId,
    AlertId,
    IncidentId,
    IntegrationId,
    alert_group_id_for,
    alert_id_for,
)
from events.routing.holding import Hold
from events.values.plain_text import cut
from events.values.severity import Severity, worst_of
from services.intake.batch.losses import left_out_words, unread_words
from services.intake.batch.signal import TITLE_LENGTH, Batch, HoldingBack, Signal, named_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one integration's batch says of some alerts: each alert once."""

    integration_id: IntegrationId
    group_id: AlertGroupId
    batch: Batch
    signals: dict[AlertId, Signal]
    storm: bool = False  # its incident is that of a storm

    @property
    def window(self) -> timedelta | None:
        """Return how long the group's incident takes alerts; None: while it is open."""
        return self.batch.route.window if self.batch.route else None

    @property
    def rolling(self) -> bool:
        """Return whether that counts from the last alert that came."""
        return self.batch.route is not None and self.batch.route.rolling

    @property
    def holding(self) -> HoldingBack | None:
        """Return what wants its alerts held back."""
        return self.batch.route.holding if self.batch.route else None


def report_from(integration_id: IntegrationId, batch: Batch, signals: Iterable[Signal]) -> Report:
    """Return these signals of the batch; the last word counts on an alert named twice."""
    return Report(
        integration_id=integration_id,
        group_id=(
            batch.route.group_id
            if batch.route
            else alert_group_id_for(integration_id, batch.group_key)
        ),
        batch=batch,
        signals={alert_id_for(integration_id, one.dedup_key): one for one in signals},
    )


def trigger_command(
    report: Report,
    alert_id: AlertId,
    incident_id: IncidentId,
    at: datetime,
    alert: Alert = INITIAL,
) -> TriggerAlert:
    """Return the command that opens an occurrence of the alert in the incident."""
    signal = report.signals[alert_id]
    heard_before = alert.held is not None and not signal.start_known
    named = {"severity": signal.severity.value} if signal.severity else {}
    return TriggerAlert(
        alert_id=alert_id,
        integration_id=report.integration_id,
        dedup_key=signal.dedup_key,
        incident_id=incident_id,
        title=alert_title(signal),
        labels=named | signal.labels,
        annotations=signal.annotations,
        source_url=signal.source_url or None,
        started_at=alert.started_at or at if heard_before else signal.started_at,
        applied=signal.applied,
        released=report.batch.released,
        at=at,
    )


def hold_command(
    report: Report, seen: tuple[AlertId, Alert], hold: Hold, holding: HoldingBack, at: datetime
) -> HoldAlert:
    """Return the command that holds an alert back which would join an incident otherwise."""
    alert_id, alert = seen
    signal, batch = report.signals[alert_id], report.batch
    sent = signal.sent or signal
    return HoldAlert(
        alert_id=alert_id,
        integration_id=report.integration_id,
        dedup_key=signal.dedup_key,
        title=alert_title(sent),
        severity=alert_severity(batch, sent),
        labels=sent.labels,
        annotations=sent.annotations,
        source_url=sent.source_url or None,
        started_at=signal.started_at,
        hold=hold,
        applied=signal.applied,
        source=holding.source,
        sender=batch.sender,
        group_key=holding.group_key,
        service_id=holding.service_id,
        out_of=alert.incident_id if alert.is_open else None,
        at=at,
    )


def resolve_command(signal: Signal, at: datetime) -> ResolveAlert:
    """Return the command that ends the open occurrence.

    A resolution without a time of its own, or with one before its start, ended when it arrived.
    """
    reported_end = signal.ended_at
    ended_at = (
        reported_end if reported_end is not None and reported_end >= signal.started_at else at
    )
    return ResolveAlert(ended_at=ended_at, at=at, started_at=signal.started_at)


def alert_title(signal: Signal) -> str:
    """Return what people call the alert, as long as a title may be."""
    return cut(signal.name, TITLE_LENGTH)


def alert_severity(batch: Batch, signal: Signal) -> Severity | None:
    """Return the severity that the alert, or its whole group, names."""
    return signal.severity or batch.severity


def incident_title(batch: Batch) -> str:
    """Return the title of the incident that the group opens, in one line."""
    listed = batch.signals.listed
    if batch.title or not listed:
        return cut(batch.title or named_by({}), TITLE_LENGTH)
    more = batch.signals.firing - 1
    others = f" (and {more} more)" if more else ""
    return cut(listed[0].name, TITLE_LENGTH - len(others)) + others


def incident_summary(batch: Batch) -> str:
    """Return the first thing a responder reads: which alerts, how many, and where to look."""
    signals = batch.signals
    lines = [batch.summary] if batch.summary else []
    lines += [f"Alerts firing: {signals.firing}.", *(f"- {one.line}" for one in signals.listed)]
    more = signals.firing - len(signals.listed)
    if more > 0:
        lines.append(f"- and {more} more")
    lines += [f"{words}." for words in (unread_words(batch), left_out_words(batch)) if words]
    if batch.source_url:
        lines.append(f"{batch.sender}: {batch.source_url}")
    return "\n".join(lines)


def incident_began_at(batch: Batch, at: datetime) -> datetime | None:
    """Return when the trouble began by the sender's clock; None if that is ahead of ours."""
    began = batch.signals.began_at
    return began if began is not None and began <= at else None


def incident_severity(report: Report) -> Severity | None:
    """Return the worst severity of what fires, None when triage has to say it."""
    firing = (one for one in report.signals.values() if one.firing)
    return worst_of(alert_severity(report.batch, one) for one in firing)
