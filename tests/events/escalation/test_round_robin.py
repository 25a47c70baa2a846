"""Round robin: whoever can be paged takes turns, and nobody is asked twice before all were."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from events.escalation.round_robin import next_turn
from events.escalation.target import Target, people
from events.ids import ResponderId

LEVEL = people(ResponderId(one) for one in ("ana", "ben", "cem", "dee"))


def test_the_first_page_goes_to_the_first_and_the_next_one_to_whoever_follows() -> None:
    assert next_turn(None, LEVEL, LEVEL) == LEVEL[0]
    assert next_turn(LEVEL[0], LEVEL, LEVEL) == LEVEL[1]
    assert next_turn(LEVEL[3], LEVEL, LEVEL) == LEVEL[0]


def test_who_cannot_be_paged_is_passed_over() -> None:
    assert next_turn(LEVEL[0], LEVEL, LEVEL[2:]) == LEVEL[2]
    assert next_turn(LEVEL[0], LEVEL, ()) is None


def test_who_left_the_level_is_followed_by_its_first() -> None:
    gone = Target(responder_id=ResponderId("eve"))
    assert next_turn(gone, LEVEL, LEVEL) == LEVEL[0]


@given(st.sets(st.sampled_from(LEVEL), min_size=1), st.integers(min_value=1, max_value=60))
def test_over_many_pages_everybody_who_can_be_paged_has_as_many_turns(
    reachable: set[Target], pages: int
) -> None:
    last: Target | None = None
    turns: Counter[Target] = Counter()
    for _ in range(pages):
        last = next_turn(last, LEVEL, tuple(reachable))
        assert last is not None
        turns[last] += 1
    assert max(turns.values()) - min(turns.get(one, 0) for one in reachable) <= 1
