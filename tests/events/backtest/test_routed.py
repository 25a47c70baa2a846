"""Alerts of the past go through rules once more: how many incidents and pages that makes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.backtest.routed import SILENT, Fired, Routed, RuleName
from events.ids import AlertGroupId, AlertId

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUIET = timedelta(minutes=30)
DISKS = RuleName("organisation", "disks")
# Who, in which group, whether it fires, and minutes since what was said before.
SAID = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 2), st.booleans(), st.integers(0, 90)), max_size=40
)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def fired(minutes: float, alert: int = 1, group: int = 1) -> Fired:
    return Fired(
        alert_id=AlertId(UUID(int=alert)),
        group_id=AlertGroupId(UUID(int=group)),
        started_at=at(minutes),
        start_known=False,
        at=at(minutes),
    )


def over(routed: Routed, minutes: float, alert: int = 1) -> None:
    routed.ends(AlertId(UUID(int=alert)), at(minutes))


def counts(routed: Routed) -> tuple[int, int]:
    return routed.total.alerts, routed.total.incidents


def test_alerts_of_one_group_are_one_incident_as_long_as_one_fires() -> None:
    routed = Routed(QUIET)
    routed.fires(fired(0, alert=1))
    routed.fires(fired(1, alert=2))
    over(routed, 2, alert=1)
    routed.fires(fired(600, alert=3))
    routed.fires(fired(601, alert=4, group=2))
    assert counts(routed) == (4, 2)


@pytest.mark.parametrize(("pause", "incidents"), [(29, 1), (30, 2)])
def test_an_incident_takes_alerts_until_it_has_been_quiet(pause: int, incidents: int) -> None:
    routed = Routed(QUIET)
    routed.fires(fired(0))
    over(routed, 5)
    routed.fires(fired(5 + pause))
    assert counts(routed) == (2, incidents)


def test_a_repeat_of_what_fires_is_nothing_new() -> None:
    routed = Routed(QUIET)
    for minutes in range(0, 600, 10):
        routed.fires(fired(minutes))
    assert counts(routed) == (1, 1)


def test_a_window_ends_a_group_though_its_incident_goes_on() -> None:
    routed = Routed(QUIET)
    for alert, minutes in enumerate((0, 4, 5, 9, 10)):
        windowed = replace(fired(minutes, alert=alert), window=timedelta(minutes=5))
        routed.fires(windowed)
    assert counts(routed) == (5, 3)


def test_an_alert_that_nobody_speaks_of_for_a_day_fires_no_more() -> None:
    routed = Routed(QUIET)
    routed.fires(fired(0))
    routed.fires(fired(SILENT / timedelta(minutes=1) - 1))
    routed.fires(fired(2 * SILENT / timedelta(minutes=1)))
    assert counts(routed) == (2, 2)


def test_an_alert_with_an_end_that_its_sender_declared_is_over_by_then() -> None:
    routed = Routed(QUIET)
    routed.fires(replace(fired(0), expires_at=at(5)))
    routed.fires(replace(fired(4), expires_at=at(9)))
    routed.fires(fired(10))
    assert counts(routed) == (2, 1)


def test_what_is_held_back_opens_nothing_until_a_message_is_let_through() -> None:
    routed = Routed(QUIET)
    held = replace(fired(0), held=True, rules=(DISKS,))
    routed.fires(held)
    routed.fires(replace(held, at=at(1)))
    assert (counts(routed), routed.total.held) == ((0, 0), 1)
    routed.fires(fired(2))
    assert counts(routed) == (1, 1)
    assert routed.by_rule[DISKS].held == 1


def test_an_incident_counts_for_the_rules_of_the_alert_that_opened_it() -> None:
    routed = Routed(QUIET)
    routed.fires(replace(fired(0, alert=1), rules=(DISKS,), pages=False))
    routed.fires(replace(fired(1, alert=2), rules=(DISKS, RuleName("organisation", "all"))))
    by_rule = {name.rule: (one.alerts, one.incidents) for name, one in routed.by_rule.items()}
    assert by_rule == {"disks": (2, 1), "all": (1, 0)}
    assert routed.total.pages == 0


def test_a_ticket_opens_an_incident_and_pages_nobody() -> None:
    routed = Routed(QUIET)
    routed.fires(replace(fired(0), ticket_only=True))
    assert (routed.total.incidents, routed.total.pages) == (1, 0)


@pytest.mark.parametrize(
    ("ticket_first", "ticket_then", "incidents"),
    [(False, False, 1), (False, True, 1), (True, True, 1), (True, False, 2)],
)
def test_an_alert_joins_the_newest_of_its_service_but_nothing_that_pages_a_ticket(
    *, ticket_first: bool, ticket_then: bool, incidents: int
) -> None:
    routed = Routed(QUIET)
    first = replace(fired(0, alert=1), service_id="db", ticket_only=ticket_first)
    routed.fires(first)
    joining = replace(fired(1, alert=2, group=2), service_id="db", joins_service=True)
    routed.fires(replace(joining, ticket_only=ticket_then))
    routed.fires(replace(fired(2, alert=3, group=3), service_id="web", joins_service=True))
    assert counts(routed) == (3, incidents + 1)


def told(said: list[tuple[int, int, bool, int]], routed: Routed, *, apart: bool = False) -> Routed:
    minutes = 0
    for alert, group, firing, gap in said:
        minutes += gap
        if firing:
            routed.fires(fired(minutes, alert=alert, group=alert if apart else group))
        else:
            over(routed, minutes, alert=alert)
    return routed


@given(SAID)
def test_no_incident_is_without_an_alert_and_what_is_known_stays_small(
    said: list[tuple[int, int, bool, int]],
) -> None:
    routed = told(said, Routed(QUIET, most=3))
    assert routed.total.incidents <= routed.total.alerts <= len(said)
    assert len(routed._alerts) <= 3
    assert len(routed._groups) <= 3


@given(SAID)
def test_grouping_all_never_makes_more_incidents_than_each_alert_by_itself(
    said: list[tuple[int, int, bool, int]],
) -> None:
    together = [(alert, 1, firing, gap) for alert, _, firing, gap in said]
    grouped, apart = told(together, Routed(QUIET)), told(said, Routed(QUIET), apart=True)
    assert grouped.total.incidents <= apart.total.incidents


@given(SAID)
def test_suppressing_everything_opens_nothing(said: list[tuple[int, int, bool, int]]) -> None:
    routed = Routed(QUIET)
    for alert, group, _, gap in said:
        routed.fires(replace(fired(gap, alert=alert, group=group), held=True))
    assert counts(routed) == (0, 0)


def waiting(minutes: float, alert: int = 1, *, for_minutes: float = 5) -> Fired:
    one = fired(minutes, alert)
    return replace(one, held=True, until=one.at + timedelta(minutes=for_minutes))


def test_what_waits_is_let_through_when_its_time_is_up_though_nobody_speaks_of_it() -> None:
    routed = Routed(timedelta(minutes=10))
    routed.fires(waiting(0))
    routed.fires(replace(waiting(2), until=waiting(0).until))
    assert (routed.total.incidents, routed.total.held) == (0, 0)
    routed.fires(fired(20, alert=2, group=2))
    assert (routed.total.alerts, routed.total.incidents, routed.total.held) == (2, 2, 0)


def test_what_is_over_before_its_time_is_up_has_paged_nobody() -> None:
    routed = Routed(timedelta(minutes=10))
    routed.fires(waiting(0))
    routed.ends(waiting(0).alert_id, fired(3).at)
    routed.fires(fired(20, alert=2, group=2))
    assert (routed.total.incidents, routed.total.held) == (1, 1)


def test_what_waits_at_the_end_is_let_through_if_its_time_is_up_by_then() -> None:
    routed = Routed(QUIET)
    routed.fires(waiting(0, for_minutes=5))
    routed.fires(waiting(1, alert=2, for_minutes=60))
    routed.finish(at(30))
    assert counts(routed) == (1, 1)
