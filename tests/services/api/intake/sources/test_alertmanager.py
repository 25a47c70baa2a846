"""What Alertmanager says, and what it means here: tolerant of the new, clear about the wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from events.alert.decide import alert_decider
from events.alert.events import ALERT_EVENTS, AlertEvent
from events.alert.state import INITIAL, Alert
from events.ids import AlertId, IncidentId, alert_id_for
from events.log.codec import codec_for
from events.log.limits import MAX_APPEND_BYTES
from services.intake.alerts.report import (
    incident_summary,
    incident_title,
    resolve_command,
    trigger_command,
)
from services.intake.batch.signal import Batch
from services.strict_json import read_json
from tests.services.api.intake.monitor import (
    BODIES,
    SENDER,
    STARTED,
    body_of,
    captured,
    heard,
    one_alert,
    report_of,
    signals_in,
    signals_of,
)

INCIDENT = IncidentId(alert_id_for(SENDER.integration_id, "any"))


@pytest.mark.parametrize("path", sorted(BODIES.glob("*.json")), ids=lambda path: path.stem)
def test_a_captured_body_is_read_whole(path: Any) -> None:
    notification = heard(read_json(path.read_bytes()))
    assert notification.group_key == '{}:{alertname="HighErrorRate", cluster="eu1"}'
    assert all(alert.labels["service"] == "checkout" for alert in signals_in(notification))


def test_fields_that_a_newer_alertmanager_adds_are_passed_over() -> None:
    body = captured(1) | {"notification_reason": "first", "routeLabels": {"team": "web"}}
    assert signals_of(body) == signals_of(captured(1))


def test_absent_and_null_labels_are_no_labels() -> None:
    alert = one_alert("a", labels=None)
    del alert["annotations"]
    (read,) = signals_of(body_of(alert, commonLabels=None))
    assert (read.labels, read.annotations, read.name) == ({}, {}, "Alert without a name")


def test_an_alert_named_twice_counts_once_and_its_last_word_holds() -> None:
    body = body_of(one_alert("a"), one_alert("b"), one_alert("a", "resolved"))
    report = report_of(heard(body))
    assert [signal.firing for signal in report.signals.values()] == [False, True]


def test_the_title_is_the_summary_all_alerts_share_or_the_first_that_fires() -> None:
    own = one_alert("b", annotations={"summary": "pod-2 is slow"})
    ended = one_alert("a", "resolved", annotations={"summary": "pod-1 was slow"})
    assert incident_title(heard(captured(1))) == "5xx above 5%"
    assert incident_title(heard(body_of(ended, own))) == "pod-2 is slow"


def test_without_a_summary_the_title_names_the_alert_and_its_group() -> None:
    labels = {"alertname": "DiskFull", "cluster": "eu1"}
    assert incident_title(heard(body_of(one_alert("a"), groupLabels=labels))) == (
        "DiskFull (cluster=eu1)"
    )


def test_a_long_list_of_alerts_is_cut_to_what_a_phone_can_show() -> None:
    summary = incident_summary(heard(body_of(*(one_alert(str(number)) for number in range(40)))))
    assert "Alerts firing: 40." in summary
    assert "- and 30 more" in summary


@pytest.mark.parametrize("letter", ["x", "\x01", "\N{FIRE}"])
def test_an_alert_with_too_much_text_is_cut_and_not_lost(letter: str) -> None:
    texts = {f"{number}{letter * 3_000}": letter * 9_000 for number in range(100)}
    texts["summary"] = letter * 9_000
    report = report_of(heard(body_of(one_alert("a", labels=texts, annotations=texts))))
    (alert_id,) = report.signals
    command = trigger_command(report, alert_id, INCIDENT, STARTED)
    (event,) = alert_decider.decide(command, INITIAL)
    assert len(codec_for(ALERT_EVENTS).encode(event).payload) < MAX_APPEND_BYTES
    assert command.title.endswith("…")


def test_a_resolution_without_a_time_ended_when_it_arrived() -> None:
    resolved = one_alert("a", "resolved", endsAt="0001-01-01T00:00:00Z")
    (alert,) = signals_of(body_of(resolved))
    later = STARTED + timedelta(hours=1)
    assert resolve_command(alert, later).ended_at == later


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)
TEXTS = st.dictionaries(TEXT, TEXT, max_size=6)
TIMES = st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
ALERTS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["firing", "resolved"]),
        "labels": TEXTS,
        "annotations": TEXTS,
        "startsAt": TIMES,
        "endsAt": TIMES,
        "fingerprint": st.text("0123456789abcdef", min_size=1, max_size=2),
    }
)
NOTIFICATIONS = st.fixed_dictionaries(
    {
        "version": st.just("4"),
        "groupKey": TEXT.filter(bool),
        "groupLabels": TEXTS,
        "commonLabels": TEXTS,
        "commonAnnotations": TEXTS,
        "truncatedAlerts": st.integers(0, 1_000),
        "externalURL": TEXT,
        "alerts": st.lists(ALERTS, min_size=1, max_size=8),
    }
)


def applied(notification: Batch, alerts: dict[AlertId, Alert]) -> dict[AlertId, Alert]:
    """Return the alerts after the notification, by the rules alone."""
    report = report_of(notification)
    after = dict(alerts)
    for alert_id, signal in report.signals.items():
        before = after.get(alert_id, INITIAL)
        events: list[AlertEvent] = []
        if signal.firing and before.opens(signal.started_at, STARTED):
            command = trigger_command(report, alert_id, INCIDENT, STARTED)
            events = alert_decider.decide(command, before)
            assert events  # what is said to be needed does something
        elif not signal.firing:
            events = alert_decider.decide(resolve_command(signal, STARTED), before)
        for event in events:
            codec_for(ALERT_EVENTS).encode(event)
        after[alert_id] = alert_decider.fold(events, before)
    return after


@given(st.lists(NOTIFICATIONS, max_size=4))
def test_whatever_it_says_can_be_stored_and_saying_it_again_changes_nothing(
    bodies: list[dict[str, Any]],
) -> None:
    alerts: dict[AlertId, Alert] = {}
    for body in bodies:
        notification = heard(body)
        alerts = applied(notification, alerts)
        assert 1 <= len(incident_title(notification)) <= 200
        assert applied(notification, alerts) == alerts


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(NOTIFICATIONS, st.data())
def test_a_body_with_one_wild_value_is_read_all_the_same(
    body: dict[str, Any], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([body, *body["alerts"]]))
    name = data.draw(st.sampled_from(sorted(place)))
    place[name] = data.draw(JSON)
    if place is body and name == "alerts":
        return
    notification = heard(body)
    assert (notification.unread, len(signals_in(notification))) == (0, len(body["alerts"]))
    assert incident_summary(notification)
    applied(notification, {})
