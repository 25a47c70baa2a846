"""Reading an alert's webhook: what can be told apart is taken, whatever is around it."""

import json
import re
import time
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from events.values.plain_text import ONE_LINE, PLAIN
from services.api.intake.sources.alertmanager.alert import fingerprint_of
from services.api.intake.sources.alertmanager.reading import (
    MOST_TEXTS,
    NO_GROUP,
    NotificationReader,
)
from services.intake.alerts.report import (
    incident_began_at,
    incident_summary,
    incident_title,
    trigger_command,
)
from services.intake.batch.losses import losses_of
from services.intake.batch.signal import Signal
from services.intake.batch.spool import BLOCK_SIGNALS, blocks_of
from services.request_refusals import BodyMalformed
from tests.services.api.intake.monitor import (
    STARTED,
    body_of,
    captured,
    heard,
    one_alert,
    report_of,
    signals_in,
    signals_of,
)


def only(body: Any) -> Signal:
    (alert,) = signals_of(body)
    return alert


def changed(**members: Any) -> Any:
    """An alert with other members; None takes one away."""
    alert = one_alert("a") | members
    return {name: value for name, value in alert.items() if value is not None}


def test_a_whole_alert_is_taken_as_it_is() -> None:
    assert not any(alert.mended for alert in signals_of(captured(1)))


def test_a_missing_fingerprint_is_the_one_that_alertmanager_gives() -> None:
    for sent in captured(1)["alerts"]:
        assert fingerprint_of(sent["labels"]) == sent["fingerprint"]
        without = {name: value for name, value in sent.items() if name != "fingerprint"}
        assert only(body_of(without)).dedup_key == sent["fingerprint"]


def test_two_alerts_that_name_nothing_are_two_and_a_resolve_of_one_leaves_the_other() -> None:
    bare = {"startsAt": STARTED.isoformat(), "status": "firing"}
    first, second = bare | {"annotations": {"summary": "a"}}, bare | {"annotations": {"x": "b"}}
    one, two = signals_of(body_of(first, second))
    assert one.dedup_key != two.dedup_key
    ended = only(body_of(first | {"status": "resolved", "endsAt": STARTED.isoformat()}))
    assert (ended.dedup_key, ended.firing) == (one.dedup_key, False)


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({"fingerprint": "f" * 300}, lambda one: len(one.dedup_key) <= 255),
        ({"fingerprint": "a\x00b"}, lambda one: one.dedup_key.startswith("ab#")),
        ({"fingerprint": 7}, lambda one: one.dedup_key == fingerprint_of(one.labels)),
        ({"annotations": {"d": "a\x00b\x1b[31mc"}}, lambda one: one.annotations == {"d": "abc"}),
        ({"annotations": {"d": "x" * 9_000}}, lambda one: one.annotations["d"].endswith("x…")),
        (
            {"labels": {"n": 1, "t": True, "o": {}}},
            lambda one: one.labels == {"n": "1", "t": "true"},
        ),
        ({"labels": "none"}, lambda one: one.labels == {}),
        ({"status": "odd"}, lambda one: one.firing),
        ({"status": None, "endsAt": STARTED.isoformat()}, lambda one: not one.firing),
        ({"startsAt": "yesterday"}, lambda one: one.started_at == STARTED + timedelta(hours=1)),
        ({"startsAt": "0001-01-01T00:00:00+14:00"}, lambda one: one.started_at > STARTED),
        ({"generatorURL": "javascript:alert(1)"}, lambda one: one.source_url == ""),
        (
            {"generatorURL": "http://ana:secret@prom/graph?a=b"},
            lambda one: one.source_url == "http://prom/graph?a=b",
        ),
    ],
)
def test_what_is_odd_about_an_alert_is_mended_and_said(change: dict[str, Any], holds: Any) -> None:
    (alert,) = signals_of(body_of(changed(**change)), STARTED + timedelta(hours=1))
    assert holds(alert), alert
    assert alert.mended


@pytest.mark.parametrize("start", ["2026-11-23T03:25:08", "2026-11-23 04:25:08+01:00", 1795404308])
def test_a_start_is_understood_in_other_forms_too(start: Any) -> None:
    assert only(body_of(changed(startsAt=start))).started_at == STARTED


@pytest.mark.parametrize(
    "change",
    [
        {"version": "3"},
        {"version": None},
        {"groupKey": 7},
        {"groupKey": ""},
        {"groupKey": "x" * 10_000},
        {"truncatedAlerts": 1.0},
        {"truncatedAlerts": -1},
        {"truncatedAlerts": "many"},
        {"commonLabels": []},
        {"groupLabels": "none"},
        {"externalURL": {"deep": ["er"]}},
        {"extra": json.loads("[" * 500 + "]" * 500)},
    ],
)
def test_what_is_odd_about_a_group_costs_none_of_its_alerts(change: dict[str, Any]) -> None:
    notification = heard(body_of(one_alert("a")) | change)
    assert [alert.dedup_key for alert in signals_in(notification)] == ["a"]
    assert 0 < len(notification.group_key) <= 2_000


def test_groups_with_long_names_stay_apart_and_groups_without_one_are_together() -> None:
    long = [heard(body_of(one_alert("a"), group="x" * 9_000 + end)).group_key for end in "ab"]
    assert len(set(long)) == 2
    bare = body_of(one_alert("a"), groupKey=None, groupLabels=None)
    assert heard(bare).group_key == NO_GROUP


def test_what_is_no_alert_is_counted_and_the_others_are_taken() -> None:
    notification = heard(body_of(one_alert("a"), "firing", 7, None, [[]], one_alert("b")))
    assert [alert.dedup_key for alert in signals_in(notification)] == ["a", "b"]
    assert notification.unread == 4
    assert "4 alerts could not be read." in incident_summary(notification)
    told = [loss.annotations.get("summary") for loss in losses_of(notification, STARTED)]
    assert told == ["4 alerts could not be read", None]


@pytest.mark.parametrize("end", range(40, 900, 37))
def test_a_message_that_was_cut_off_keeps_what_was_whole_and_counts_the_rest(end: int) -> None:
    whole = json.dumps(captured(1)).encode()
    notification = heard(whole[:end])
    assert notification.cut_off
    assert len(signals_in(notification)) + notification.unread >= 1
    assert next(losses_of(notification, STARTED)).firing


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"alert: disk full", "not JSON"),
        (b"\x00\xff", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"null", "no object"),
        (b"[]", "no object"),
        (b'"text"', "no object"),
        (b"{}", "names no alert"),
        (b'{"alerts": []}', "names no alert"),
        (b'{"status": "resolved", "alerts": []}', "names no alert"),
    ],
)
def test_only_what_tells_of_no_alert_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(BodyMalformed, match=why):
        heard(body)


@pytest.mark.parametrize("more", [{"status": "firing"}, {"truncatedAlerts": 2}])
def test_a_group_that_fires_without_naming_an_alert_is_not_passed_over(more: Any) -> None:
    notification = heard(body_of(**more))
    assert any(loss.firing for loss in losses_of(notification, STARTED))


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"alerts": [{"labels": {"a": "b"}}]}',
        b'{"alerts": [{"labels": {"a": "\xff"}}]}',
        b'{"alerts": [{"labels": {"a": "\x00 \n \x1b"}}]}',
        b'{"alerts": [{"labels": {"a": "\\ud800"}}]}',
        b'{"alerts": [{"labels": {"a": 1e999999999, "b": 1}}], "truncatedAlerts": 1e999999999}',
        b'{"n": 99999999999999999999999, "alerts": [{"labels": {"a": "b", "a": "c"}}]}',
    ],
)
def test_bytes_that_no_text_can_hold_cost_no_alert(body: bytes) -> None:
    notification = heard(body)
    assert (len(signals_in(notification)), notification.unread, notification.cut_off) == (
        1,
        0,
        False,
    )


def test_however_the_bytes_are_divided_the_same_is_read() -> None:
    body = json.dumps(captured(1) | {"externalURL": "http://ü/"}, ensure_ascii=False).encode()
    reader = NotificationReader(STARTED)
    for byte in body:
        reader.feed(bytes([byte]))
    assert reader.finish() == heard(body)


def test_a_storm_is_kept_compressed_and_in_order() -> None:
    alerts = [one_alert(str(number)) for number in range(3 * BLOCK_SIGNALS + 7)]
    batch = heard(body_of(*alerts))
    assert len(batch.signals.packed) == 3
    assert [len(block) for block in blocks_of(batch.signals)] == [*[BLOCK_SIGNALS] * 3, 7]
    names = [alert.dedup_key for alert in signals_in(batch)]
    assert names == [alert["fingerprint"] for alert in alerts]


# Titles, and when it began


@pytest.mark.parametrize(
    ("alerts", "group", "title"),
    [
        ([{"alertname": "DiskFull", "instance": "a"}], {}, "DiskFull (instance=a)"),
        (
            [{"alertname": "DiskFull", "instance": "a"}, {"alertname": "LoadHigh"}],
            {},
            "DiskFull, LoadHigh",
        ),
        (
            [{"alertname": name} for name in "abcde"],
            {"groupLabels": {"cluster": "eu1"}},
            "a, b, c and 2 more (cluster=eu1)",
        ),
        ([{"job": "node"}], {}, "job=node"),
        (
            [{"alertname": "DiskFull"}],
            {"commonLabels": {"alertname": "DiskFull", "job": "node"}},
            "DiskFull (job=node)",
        ),
        ([{}], {}, "Alert without a name"),
    ],
)
def test_with_default_grouping_the_title_names_what_fires(
    alerts: list[dict[str, str]], group: dict[str, Any], title: str
) -> None:
    sent = [one_alert(str(number), labels=labels) for number, labels in enumerate(alerts)]
    assert incident_title(heard(body_of(*sent, groupLabels={}) | group)) == title


def test_one_of_many_summaries_says_that_there_are_more() -> None:
    many = [one_alert(name, annotations={"summary": f"{name} is slow"}) for name in "abc"]
    assert incident_title(heard(body_of(*many))) == "a is slow (and 2 more)"


@pytest.mark.parametrize("zero", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 0, None])
def test_a_start_that_nobody_set_is_not_when_it_began(zero: Any) -> None:
    unset = heard(body_of(one_alert("a", startsAt=zero)))
    assert incident_began_at(unset, STARTED + timedelta(hours=1)) is None
    mixed = heard(body_of(one_alert("a", startsAt=zero), one_alert("b")))
    assert incident_began_at(mixed, STARTED + timedelta(hours=1)) == STARTED


HOSTILE = st.text(max_size=8) | st.sampled_from(
    ["\x1b[31mred", "a\x07b", "a\rb", "\x00", "\x9b2J", "\u202ea", "a\u2028b", "\x1b", "x" * 3_000]
)
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(HOSTILE, inner, max_size=2),
    max_leaves=3,
)
MEMBERS = st.sampled_from(
    ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"]
)
TEXTS = st.dictionaries(
    st.sampled_from(["alertname", "summary", "n"]) | HOSTILE, HOSTILE | WILD, max_size=4
)
ALERTS = st.dictionaries(MEMBERS, HOSTILE | WILD | TEXTS, max_size=7)
BODIES = st.fixed_dictionaries(
    {"status": st.just("firing"), "alerts": st.lists(ALERTS | WILD, max_size=4)},
    optional={
        "groupKey": HOSTILE | WILD,
        "groupLabels": TEXTS | WILD,
        "commonLabels": TEXTS | WILD,
        "commonAnnotations": TEXTS | WILD,
        "externalURL": HOSTILE | WILD,
        "truncatedAlerts": WILD,
    },
)


@given(BODIES, st.booleans())
def test_whatever_fires_behind_a_good_key_can_be_stored_in_plain_text(
    body: dict[str, Any],
    ascii_only: bool,  # noqa: FBT001
) -> None:
    sent = json.dumps(body, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    notification = heard(sent)
    assert len(signals_in(notification)) + notification.unread >= len(body["alerts"])
    assert re.fullmatch(ONE_LINE, incident_title(notification))
    assert 1 <= len(incident_title(notification)) <= 200
    assert re.fullmatch(PLAIN, incident_summary(notification))
    losses = tuple(losses_of(notification, STARTED))
    report = report_of(notification, *losses)
    for alert_id in report.signals:
        command = trigger_command(report, alert_id, alert_id, STARTED)  # type: ignore[arg-type]
        texts = [command.title, command.dedup_key, *command.labels, *command.annotations]
        assert all(re.fullmatch(ONE_LINE, text) for text in texts)
        assert 1 <= len(command.dedup_key) <= 255
        for text in (*command.labels.values(), *command.annotations.values()):
            assert re.fullmatch(PLAIN, text)


DIGITS = "9" * 5_000


@pytest.mark.parametrize("divided", [100, 100_000])
@pytest.mark.parametrize(
    "odd",
    [
        f'"n": {DIGITS}',
        f'"n": -{DIGITS}.{DIGITS}e9',
        f'"n": "{DIGITS}"',
        f'"truncatedAlerts": {DIGITS}',
    ],
)
def test_a_number_of_thousands_of_digits_costs_neither_the_process_nor_an_alert(
    odd: str, divided: int
) -> None:
    more = odd.replace("truncatedAlerts", "startsAt")
    body = (
        f'{{{odd}, "alerts": [{{{more}, "labels": {{"a": "b", {odd}}}}}, {{"status": "firing"}}]}}'
    )
    reader = NotificationReader(STARTED)
    for start in range(0, len(body), divided):
        reader.feed(body[start : start + divided].encode())
    notification = reader.finish()
    assert (notification.signals.count, notification.unread, notification.cut_off) == (2, 0, False)


def test_an_exponent_that_no_number_has_cuts_the_message_off_there() -> None:
    exponent = "1e" + "9" * 20
    notification = heard(f'{{"alerts": [{{"labels": {{"a": "b"}}}}, {exponent}]}}'.encode())
    assert len(signals_in(notification)) == 1
    assert notification.cut_off


@pytest.mark.parametrize("member", ["annotations", "labels"])
def test_many_long_texts_of_one_alert_are_read_in_bounded_time(member: str) -> None:
    assert seconds_to_read(member, 300) < 5 * 10 * seconds_to_read(member, 30)


def seconds_to_read(member: str, many: int) -> float:
    texts = {str(number): "x" * 100_000 for number in range(many)}
    body = json.dumps(body_of(changed(fingerprint=None, **{member: texts}))).encode()
    began = time.thread_time()
    assert only(body).mended
    return time.thread_time() - began


def test_texts_beyond_the_most_that_are_looked_at_are_said_to_be_left_out() -> None:
    many = {str(number): "" for number in range(MOST_TEXTS + 1)}
    assert only(body_of(changed(annotations=many))).mended


def test_alerts_with_long_labels_stay_apart() -> None:
    long = [{"labels": {"a": "x" * 100_000 + end}} for end in "ab"]
    one, two = signals_of(body_of(*long))
    assert one.dedup_key != two.dedup_key


@pytest.mark.parametrize(("times", "read"), [(1, (2, 0)), (3, (1, 1))])
def test_a_text_of_megabytes_cuts_the_message_off_there(times: int, read: tuple[int, int]) -> None:
    long = {"labels": {"c": "\a" * 170_000 * times}}
    body = json.dumps(body_of({"labels": {"a": "b"}}, long)).encode()
    reader = NotificationReader(STARTED)
    for start in range(0, len(body), 32 * 1024):
        reader.feed(body[start : start + 32 * 1024])
    notification = reader.finish()
    assert (notification.signals.count, notification.unread) == read
    assert notification.cut_off is (times > 1)
