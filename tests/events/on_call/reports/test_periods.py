"""Being on call goes on when only the others change."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from events.on_call.reports.periods import Period, meetings, periods
from events.on_call.rota import Shift
from tests.events.on_call.reports.turns import ADA, BEN, CLEO, HOUR, MONDAY, turns

PEOPLE = st.lists(st.sampled_from([ADA, BEN, CLEO]), unique=True).map(tuple)
SHIFTS = st.lists(st.tuples(st.integers(1, 60), PEOPLE), max_size=12).map(
    lambda lengths: turns(*lengths)
)


def test_a_change_of_the_others_does_not_cut_a_turn_in_two() -> None:
    found = periods(turns((8, (ADA,)), (8, (ADA, BEN)), (8, (BEN,))))
    assert [one.length for one in found[ADA]] == [16 * HOUR]
    assert [one.length for one in found[BEN]] == [16 * HOUR]


@given(SHIFTS)
def test_no_time_is_lost_and_periods_of_one_person_never_touch(shifts: list[Shift]) -> None:
    found = periods(shifts)
    for who, theirs in found.items():
        total = sum((one.length for one in theirs), timedelta(0))
        there = [one for one in shifts if who in one.responder_ids]
        assert total == sum((one.ends_at - one.starts_at for one in there), timedelta(0))
        assert all(one.ends_at < other.starts_at for one, other in pairwise(theirs))


@given(SHIFTS, SHIFTS)
def test_two_lists_meet_where_both_are_and_nowhere_else(
    ones: list[Shift], others: list[Shift]
) -> None:
    mine = periods(ones).get(ADA, [])
    theirs = periods(others).get(ADA, [])
    met = [both for both, _, _ in meetings(mine, theirs)]

    def among(found: list[Period], hour: int) -> bool:
        at = MONDAY + hour * HOUR
        return any(one.starts_at <= at < one.ends_at for one in found)

    for hour in range(0, 12 * 60, 7):
        assert among(met, hour) == (among(mine, hour) and among(theirs, hour))
