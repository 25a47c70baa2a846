"""Heartbeat alert: what a heartbeat's silence is to the receiver of alerts. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from activities.page.text import in_words
from events.configuration.heartbeat import HeartbeatId
from events.heartbeat.expectation import Expectation
from events.heartbeat.silence import Judgement, Pings, Pulse
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import packed

SENDER: Final = "Heartbeat"


def alert_key(heartbeat_id: HeartbeatId) -> str:
    """Return the dedup key of a heartbeat's alert; its group has no other alert."""
    return f"heartbeat:{heartbeat_id}"


def wrong(expectation: Expectation, pings: Pings, judged: Judgement) -> Batch:
    """Return the alert that fires while a heartbeat is silent or its job has failed.

    Its start counts as unknown: said again, or with a later failure, it is the same alert.
    """
    defined = expectation.defined
    key = alert_key(defined.heartbeat_id)
    labels = {"heartbeat": defined.heartbeat_id, "pulse": judged.pulse.value}
    if defined.team_id is not None:
        labels["team"] = defined.team_id
    words = _words(expectation, pings, judged)
    signal = Signal(
        dedup_key=key,
        firing=True,
        title=defined.message or _title(defined.name, judged.pulse),
        severity=defined.severity,
        labels=labels,
        annotations={"summary": words},
        started_at=judged.at,
        start_known=False,
    )
    signals = replace(packed([signal]), began_at=judged.at)  # the incident began then all the same
    return Batch(sender=SENDER, group_key=key, signals=signals, summary=words)


def over(heartbeat_id: HeartbeatId, began_at: datetime, ended_at: datetime) -> Batch:
    """Return the end of a heartbeat's alert, which began at that moment."""
    key = alert_key(heartbeat_id)
    signal = Signal(dedup_key=key, firing=False, started_at=began_at, ended_at=ended_at)
    return Batch(sender=SENDER, group_key=key, signals=packed([signal]), over=True)


def _title(name: str, pulse: Pulse) -> str:
    return f"{name} has failed" if pulse is Pulse.FAILED else f"{name} is silent"


def _words(expectation: Expectation, pings: Pings, judged: Judgement) -> str:
    defined, pings = expectation.defined, pings.after(expectation.since)
    last = pings.succeeded_at
    heard = f"last heard {last:%Y-%m-%d %H:%M:%S} UTC" if last else "not heard so far"
    if judged.pulse is Pulse.FAILED:
        return f"Its job said that it failed, {judged.at:%Y-%m-%d %H:%M:%S} UTC; {heard}."
    if pings.started_at is not None and pings.started_at > (last or expectation.since):
        return f"Its job began {pings.started_at:%Y-%m-%d %H:%M:%S} UTC and did not end; {heard}."
    owed = in_words(timedelta(seconds=defined.interval_seconds))
    late = in_words(timedelta(seconds=defined.grace_seconds)) if defined.grace_seconds else ""
    grace = f", {late} late at most" if late else ""
    return f"A ping is owed every {owed}{grace}; {heard}."
