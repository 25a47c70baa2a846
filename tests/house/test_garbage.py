"""Garbage is searched as a whole between two tests: nothing stops a test's servers meanwhile."""

import gc
from collections import Counter

# More than Python would make between two searches of everything, by the thresholds it begins with.
MANY = 500_000


def test_the_search_of_everything_waits_until_a_test_is_over() -> None:
    searched: Counter[int] = Counter()

    def note(phase: str, found: dict[str, int]) -> None:
        if phase == "start":
            searched[found["generation"]] += 1

    gc.callbacks.append(note)
    try:
        kept: list[list[int]] = [[] for _ in range(MANY)]
    finally:
        gc.callbacks.remove(note)
    assert len(kept) == MANY
    assert searched[0], "garbage is searched at all"
    assert searched[1]
    assert not searched[2]
