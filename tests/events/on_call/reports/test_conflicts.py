"""Whoever is on call while away, or in two places at once, is known ahead."""

from hypothesis import given
from hypothesis import strategies as st

from events.ids import ScheduleId
from events.on_call.reports.conflicts import (
    Away,
    ConflictKind,
    absent_on_call,
    twice_on_call,
)
from tests.events.on_call.reports.turns import ADA, BEN, CLEO, HOUR, MONDAY, turns

DATABASE = ScheduleId("database")


def away(begin: int, end: int, absence_id: str = "holidays") -> Away:
    return Away(
        responder_id=ADA,
        absence_id=absence_id,
        starts_at=MONDAY + begin * HOUR,
        ends_at=MONDAY + end * HOUR,
    )


def test_being_away_on_call_is_a_conflict_for_as_long_as_it_is_both() -> None:
    final = turns((24, (ADA,)), (24, (BEN,)), (24, (ADA, BEN)))
    first, second = absent_on_call(final, [away(12, 60)])
    assert (first.kind, first.responder_id, first.absence_id) == (
        ConflictKind.ABSENT,
        ADA,
        "holidays",
    )
    assert (first.starts_at, first.ends_at) == (MONDAY + 12 * HOUR, MONDAY + 24 * HOUR)
    assert (second.starts_at, second.ends_at) == (MONDAY + 48 * HOUR, MONDAY + 60 * HOUR)


def test_being_away_until_the_turn_begins_is_no_conflict() -> None:
    final = turns((24, (BEN,)), (24, (ADA,)), (24, (BEN,)))
    assert absent_on_call(final, [away(0, 24), away(48, 72)]) == ()


def test_two_schedules_at_once_are_said_and_both_levels_of_one_policy_told_apart() -> None:
    final = turns((24, (ADA,)))
    others = {DATABASE: turns((12, (CLEO,)), (24, (ADA,)))}
    [at_once] = twice_on_call(final, others, frozenset())
    [behind] = twice_on_call(final, others, frozenset({DATABASE}))
    assert (at_once.kind, behind.kind) == (ConflictKind.TWO_SCHEDULES, ConflictKind.BOTH_LEVELS)
    assert (at_once.starts_at, at_once.ends_at) == (MONDAY + 12 * HOUR, MONDAY + 24 * HOUR)
    assert at_once.schedule_id == DATABASE


@given(
    st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=10),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 90)), max_size=4),
)
def test_every_hour_of_a_conflict_is_one_on_call_and_away(
    lengths: list[tuple[int, bool]], absences: list[tuple[int, int]]
) -> None:
    final = turns(*((hours, (ADA,) if there else (BEN,)) for hours, there in lengths))
    gone = [away(begin, begin + length, f"{n}") for n, (begin, length) in enumerate(absences)]
    found = absent_on_call(final, gone)
    for hour in range(300):
        at = MONDAY + hour * HOUR
        on_call = any(s.starts_at <= at < s.ends_at for s in final if ADA in s.responder_ids)
        expected = {one.absence_id for one in gone if on_call and one.starts_at <= at < one.ends_at}
        assert {one.absence_id for one in found if one.starts_at <= at < one.ends_at} == expected
