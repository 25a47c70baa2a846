"""How long people take to answer is learned from what they answered, and from their silences."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.backtest.delays import FEWEST, Delay, Delays, KnownDelays, together
from events.ids import ResponderId

ANA, BEN, CEM = (ResponderId(name) for name in ("ana", "ben", "cem"))
MINUTE = timedelta(minutes=1)


def answered(*minutes: float) -> tuple[Delay, ...]:
    return tuple(Delay(after=each * MINUTE, answered=True) for each in minutes)


def silent(*minutes: float) -> tuple[Delay, ...]:
    return tuple(Delay(after=each * MINUTE, answered=False) for each in minutes)


def test_without_silences_the_part_that_is_silent_is_what_one_counts() -> None:
    known = Delays(answered(1, 2, 2, 4))
    assert [known.silent(each * MINUTE) for each in (0, 1, 2, 3, 4)] == [1, 0.75, 0.25, 0.25, 0]


def test_a_silence_tells_as_long_as_it_lasted_and_no_longer() -> None:
    # Kaplan and Meier by hand: of 4 waiting one answers, then of 2 (one fell silent) one answers.
    known = Delays(answered(1, 3, 5) + silent(2))
    assert known.silent(1 * MINUTE) == pytest.approx(3 / 4)
    assert known.silent(3 * MINUTE) == pytest.approx(3 / 4 * 1 / 2)
    assert known.silent(5 * MINUTE) == 0


def test_whoever_is_often_silent_often_does_not_answer_in_a_draw() -> None:
    dice, known = Random(7), Delays(answered(1, 1, 1) + silent(9, 9, 9))
    drawn = [known.drawn(dice) for _ in range(1_000)]
    assert 420 < drawn.count(None) < 580
    assert {*drawn} == {None, MINUTE}


@given(
    st.lists(st.tuples(st.floats(0.1, 60), st.booleans()), min_size=1, max_size=30),
    st.floats(0, 60),
    st.integers(),
)
def test_a_draw_is_longer_than_the_silence_there_was_already(
    seen: list[tuple[float, bool]], waited: float, seed: int
) -> None:
    known = Delays(tuple(Delay(after=after * MINUTE, answered=yes) for after, yes in seen))
    drawn = known.drawn(Random(seed), longer_than=waited * MINUTE)
    assert drawn is None or drawn > waited * MINUTE
    assert drawn is None or Delay(after=drawn, answered=True) in known.seen


def test_of_whom_too_little_is_known_their_team_answers_and_of_strangers_nobody() -> None:
    own = {
        (ANA, "work"): Delays(answered(*range(1, FEWEST + 1))),
        (BEN, "work"): Delays(answered(30)),
        (ANA, "sleep"): Delays(answered(1)),
    }
    known = KnownDelays(own, together([(ANA, BEN)]))
    assert known.of(ANA, "work") == own[ANA, "work"]
    pooled = known.of(BEN, "work")
    assert pooled is not None
    assert pooled.answers == FEWEST + 1
    assert known.of(BEN, "sleep") is None
    assert known.of(CEM, "work") is None
