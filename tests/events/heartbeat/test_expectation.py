"""What is expected of a heartbeat after it was defined, changed, ended and defined again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.configuration.heartbeat import HeartbeatDefined, HeartbeatEnded, HeartbeatId
from events.heartbeat.expectation import Expectation, expectation
from events.ids import IntegrationId

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIRST = HeartbeatDefined(
    heartbeat_id=HeartbeatId("nightly"),
    name="Nightly",
    integration_id=IntegrationId("cron"),
    interval_seconds=3600,
    grace_seconds=0,
    severity=None,
    message=None,
    team_id=None,
    defined_by="api_key:test",
    defined_at=NOON,
)
CHANGED = replace(FIRST, interval_seconds=7200, defined_at=NOON + timedelta(hours=1))
AGAIN = replace(FIRST, defined_at=NOON + timedelta(hours=3))
ENDED = HeartbeatEnded(
    heartbeat_id=HeartbeatId("nightly"),
    ended_by="api_key:test",
    ended_at=NOON + timedelta(hours=2),
)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), None),
        ((FIRST,), Expectation(defined=FIRST, since=NOON)),
        ((FIRST, CHANGED), Expectation(defined=CHANGED, since=NOON)),
        ((FIRST, CHANGED, ENDED), None),
        ((FIRST, ENDED, AGAIN), Expectation(defined=AGAIN, since=AGAIN.defined_at)),
    ],
)
def test_a_change_goes_on_and_an_end_begins_anew(
    events: tuple[HeartbeatDefined | HeartbeatEnded, ...], expected: Expectation | None
) -> None:
    assert expectation(events) == expected


def test_pings_are_judged_by_the_newest_interval() -> None:
    found = expectation((FIRST, CHANGED))
    assert found is not None
    assert found.expected.interval == timedelta(hours=2)
    assert found.expected.since == NOON
