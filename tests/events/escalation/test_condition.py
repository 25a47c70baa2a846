"""A level with a condition is paged where it holds; what nobody knows yet keeps nobody asleep."""

from datetime import UTC, datetime, time

import pytest

from events.escalation.condition import Condition, Hours, why_not
from events.ids import ServiceId
from events.response_policy.calendar import BusinessCalendar
from events.values.severity import Severity

BERLIN = BusinessCalendar(
    zone="Europe/Berlin",
    weekdays=(1, 2, 3, 4, 5),
    opens=time(9),
    closes=time(17),
    holidays=(),
)
MONDAY_NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
MONDAY_FIVE = datetime(2026, 11, 23, 16, tzinfo=UTC)  # in Berlin: 17:00, when they close
SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "paged"),
    [(Severity.SEV1, True), (Severity.SEV3, False), (None, True)],
)
def test_a_level_for_bad_incidents_is_paged_for_them_and_while_nobody_knows(
    severity: Severity | None, *, paged: bool
) -> None:
    condition = Condition(severities=(Severity.SEV1, Severity.SEV2))
    assert (why_not(condition, severity, None, SUNDAY) is None) is paged


@pytest.mark.parametrize(
    ("at", "inside"), [(MONDAY_NOON, True), (MONDAY_FIVE, False), (SUNDAY, False)]
)
def test_a_level_for_business_hours_is_paged_in_them_and_one_for_the_rest_in_the_rest(
    at: datetime, *, inside: bool
) -> None:
    office = Condition(hours=Hours.INSIDE, calendar=BERLIN)
    night = Condition(hours=Hours.OUTSIDE, calendar=BERLIN)
    assert (why_not(office, None, None, at) is None) is inside
    assert (why_not(night, None, None, at) is None) is not inside


def test_a_level_for_one_service_is_left_out_for_others_and_says_why() -> None:
    condition = Condition(service_ids=(ServiceId("checkout"),))
    assert why_not(condition, None, "checkout", SUNDAY) is None
    assert why_not(condition, None, "search", SUNDAY) == "it is for checkout only"


def test_a_level_without_a_condition_is_always_paged() -> None:
    assert why_not(None, Severity.SEV4, None, SUNDAY) is None
