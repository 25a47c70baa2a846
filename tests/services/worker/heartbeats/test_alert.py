"""What a heartbeat's silence says to whoever is paged for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.configuration.heartbeat import HeartbeatDefined, HeartbeatId
from events.heartbeat.expectation import Expectation
from events.heartbeat.silence import Pings, judge
from events.ids import IntegrationId, TeamId
from events.values.severity import Severity
from services.intake.alerts.report import incident_summary, incident_title
from services.intake.batch.signal import Signal
from services.intake.batch.spool import blocks_of
from services.worker.heartbeats.alert import over, wrong

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AT_FIVE_PAST = "last heard 2026-11-23 12:05:00 UTC."
NIGHTLY = HeartbeatDefined(
    heartbeat_id=HeartbeatId("nightly"),
    name="Nightly backup",
    integration_id=IntegrationId("cron"),
    interval_seconds=3600,
    grace_seconds=600,
    severity=Severity.SEV2,
    message=None,
    team_id=TeamId("storage"),
    defined_by="api_key:test",
    defined_at=NOON,
)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def fires(pings: Pings, at: float, message: str | None = None) -> tuple[Signal, str, str]:
    """Return the alert of a heartbeat that is wrong, and its incident's title and summary."""
    found = Expectation(defined=replace(NIGHTLY, message=message), since=NOON)
    judged = judge(found.expected, pings, minutes(at))
    assert judged.wrong
    batch = wrong(found, pings, judged)
    [[signal]] = blocks_of(batch.signals)
    assert batch.signals.began_at == judged.at
    return signal, incident_title(batch), incident_summary(batch)


@pytest.mark.parametrize(
    ("pings", "title", "says"),
    [
        (
            Pings(),
            "Nightly backup is silent",
            "A ping is owed every 1 hour, 10 minutes late at most; not heard so far.",
        ),
        (
            Pings(succeeded_at=minutes(5)),
            "Nightly backup is silent",
            f"A ping is owed every 1 hour, 10 minutes late at most; {AT_FIVE_PAST}",
        ),
        (
            Pings(succeeded_at=minutes(5), failed_at=minutes(6)),
            "Nightly backup has failed",
            f"Its job said that it failed, 2026-11-23 12:06:00 UTC; {AT_FIVE_PAST}",
        ),
        (
            Pings(succeeded_at=minutes(-60), started_at=minutes(20)),
            "Nightly backup is silent",
            "Its job began 2026-11-23 12:20:00 UTC and did not end; not heard so far.",
        ),
    ],
)
def test_a_page_says_what_was_owed_and_what_was_last_heard(
    pings: Pings, title: str, says: str
) -> None:
    signal, incident, summary = fires(pings, 90)
    assert (signal.title, incident) == (title, title)
    assert signal.annotations["summary"] == says
    assert summary.startswith(says)


def test_the_alert_has_the_words_and_the_severity_of_its_heartbeat() -> None:
    signal, title, _ = fires(Pings(), 90, message="Call the storage people")
    assert title == "Call the storage people"
    assert signal.severity is Severity.SEV2
    assert signal.labels == {"heartbeat": "nightly", "pulse": "silent", "team": "storage"}


def test_silence_and_failure_and_their_end_are_one_alert() -> None:
    silent, _, _ = fires(Pings(), 90)
    failed, _, _ = fires(Pings(failed_at=minutes(80)), 90)
    ended = over(NIGHTLY.heartbeat_id, minutes(70), minutes(95))
    [[resolved]] = blocks_of(ended.signals)
    assert {one.dedup_key for one in (silent, failed, resolved)} == {"heartbeat:nightly"}
    assert ended.group_key == "heartbeat:nightly"
    assert not silent.start_known  # said again it opens nothing
    assert (resolved.firing, resolved.ended_at) == (False, minutes(95))
