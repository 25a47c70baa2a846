"""How much of the time somebody is on call, and for each gap, why nobody is."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.layer import Frequency, Layer, Rotation, Slot, Window
from events.on_call.reports.coverage import GapCause, coverage
from events.on_call.rota import Edition, Override, Rota
from tests.events.on_call.reports.turns import ADA, BEN, HOUR, MONDAY

WEEK = timedelta(days=7)
BY_DAY = (Window(weekdays=(1, 2, 3, 4, 5, 6, 7), starts=time(8), ends=time(20)),)


def rota(slots: tuple[Slot, ...] = ((ADA,), (BEN,)), windows: tuple[Window, ...] = ()) -> Rota:
    rotation = Rotation(
        slots=slots,
        first_hand_off=date(2026, 11, 2),
        hand_off_at=time(0),
        frequency=Frequency.DAILY,
    )
    layer = Layer(layer_id="day", name="Day", rotation=rotation, windows=windows)
    edition = Edition(holds_from=MONDAY - WEEK, zone="UTC", layers=(layer,))
    return Rota(editions=(edition,))


def off(who: ResponderId, begin: int, end: int, on: ResponderId | None = None) -> Override:
    return Override(
        override_id=UUID(int=begin),
        starts_at=MONDAY + begin * HOUR,
        ends_at=MONDAY + end * HOUR,
        off=who,
        on=on,
        made_at=MONDAY - WEEK,
    )


def test_somebody_at_every_moment_is_all_of_it() -> None:
    found = coverage(rota(), MONDAY, MONDAY + WEEK)
    assert (found.percent, found.gaps) == (100.0, ())


def test_a_layer_for_half_of_every_day_covers_half() -> None:
    found = coverage(rota(windows=BY_DAY), MONDAY, MONDAY + WEEK)
    assert found.percent == 50.0
    assert {gap.cause for gap in found.gaps} == {GapCause.NOTHING_PLANNED}


def test_a_second_without_anybody_is_never_rounded_to_all_of_it() -> None:
    short = replace(off(ADA, 1, 2), ends_at=MONDAY + HOUR + timedelta(seconds=1))
    found = coverage(replace(rota(), overrides=(short,)), MONDAY, MONDAY + 52 * WEEK)
    assert found.percent == 99.99


def test_time_before_the_first_turn_ever_is_no_gap() -> None:
    found = coverage(rota(), MONDAY - WEEK, MONDAY + WEEK)
    assert (found.percent, found.gaps, found.starts_at) == (100.0, (), MONDAY)
    assert coverage(rota(), MONDAY - 2 * WEEK, MONDAY - WEEK).percent == 100.0


def test_whoever_is_taken_off_is_named_with_the_gap() -> None:
    found = coverage(replace(rota(), overrides=(off(ADA, 6, 12),)), MONDAY, MONDAY + WEEK)
    [gap] = found.gaps
    assert (gap.cause, gap.responder_ids, gap.layer_ids) == (GapCause.OVERRIDE, (ADA,), ("day",))
    assert (gap.starts_at, gap.length) == (MONDAY + 6 * HOUR, 6 * HOUR)


def test_a_person_who_is_gone_leaves_their_turns_and_no_others() -> None:
    gone = replace(rota(), gone=((ADA, MONDAY + 12 * HOUR),))
    found = coverage(gone, MONDAY, MONDAY + timedelta(days=4))
    assert [(gap.cause, gap.responder_ids) for gap in found.gaps] == [
        (GapCause.PERSON_GONE, (ADA,)),
        (GapCause.PERSON_GONE, (ADA,)),
    ]
    assert [gap.length for gap in found.gaps] == [12 * HOUR, 24 * HOUR]


def test_an_empty_slot_is_known_to_be_meant() -> None:
    found = coverage(rota(((ADA,), ())), MONDAY, MONDAY + timedelta(days=2))
    [gap] = found.gaps
    assert (gap.cause, gap.responder_ids, gap.layer_ids) == (GapCause.EMPTY_SLOT, (), ("day",))


def test_one_gap_with_two_causes_is_two_gaps() -> None:
    two = replace(rota(((ADA,), ())), overrides=(off(ADA, 12, 24),))
    found = coverage(two, MONDAY, MONDAY + timedelta(days=2))
    assert [gap.cause for gap in found.gaps] == [GapCause.OVERRIDE, GapCause.EMPTY_SLOT]
    assert found.gaps[0].ends_at == found.gaps[1].starts_at


def test_a_schedule_of_nothing_covers_nothing() -> None:
    edition = Edition(holds_from=datetime(2026, 1, 1, tzinfo=UTC), zone="UTC", layers=())
    found = coverage(Rota(editions=(edition,)), MONDAY, MONDAY + WEEK)
    assert (found.percent, len(found.gaps)) == (0.0, 1)


@given(
    st.lists(st.sampled_from([(ADA,), (BEN,), (ADA, BEN), ()]), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from([ADA, BEN]), st.integers(0, 160), st.integers(1, 40))),
    st.sampled_from([(), BY_DAY]),
    st.sampled_from([(), (ADA,), (ADA, BEN)]),
)
def test_covered_time_and_gaps_are_the_whole_and_the_gaps_are_those_of_the_final_schedule(
    slots: list[Slot],
    taken: list[tuple[ResponderId, int, int]],
    windows: tuple[Window, ...],
    left: tuple[ResponderId, ...],
) -> None:
    overrides = tuple(off(who, begin, begin + length) for who, begin, length in taken)
    gone = tuple((who, MONDAY + 30 * HOUR) for who in left)
    whole = replace(rota(tuple(slots), windows), overrides=overrides, gone=gone)
    found = coverage(whole, MONDAY, MONDAY + WEEK)
    uncovered = sum((gap.length for gap in found.gaps), timedelta(0))
    assert found.covered + uncovered == WEEK
    final = shifts(whole, MONDAY, MONDAY + WEEK)
    for shift in final:
        inside = [g for g in found.gaps if shift.starts_at <= g.starts_at < shift.ends_at]
        length = sum((gap.length for gap in inside), timedelta(0))
        assert length == (timedelta(0) if shift.duties else shift.ends_at - shift.starts_at)
