"""Incidents that came again are found by what was said, and a find says what it rests on."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.similar.likeness import Frequencies, Likeness, Shared, likeness, rarest
from projections.similar.search import MOST
from projections.similar.words import LONGEST, MOST_WORDS, together, words_in
from tests.projections.similar.repeats import PAIRS

SENTENCE = re.compile(r"(?<=[.;:,])\s")


def place_of(number: int, scores: list[float]) -> int:
    """Return at which place the right one stands, 0 for the first."""
    return sorted(range(len(scores)), key=lambda each: -scores[each]).index(number)


def trigrams(text: str) -> set[str]:
    """Return the trigrams of a text as pg_trgm makes them."""
    words = "".join(each if each.isalnum() else " " for each in text.lower()).split()
    return {f"  {word} "[at : at + 3] for word in words for at in range(len(word) + 1)}


def by_trigrams(one: str, other: str) -> float:
    ours, theirs = trigrams(one), trigrams(other)
    return len(ours & theirs) / len(ours | theirs)


def beginning(text: str) -> str:
    return SENTENCE.split(text, maxsplit=1)[0]


def ending(text: str) -> str:
    return SENTENCE.split(text, maxsplit=1)[-1]


@pytest.mark.parametrize(
    ("asked", "told"), [(beginning, str), (ending, beginning)], ids=["as declared", "by its cause"]
)
def test_a_repeat_told_in_other_words_is_found_at_least_as_often_as_by_trigrams(
    asked: Callable[[str], str], told: Callable[[str], str]
) -> None:
    firsts = [words_in([told(first)]) for first, _ in PAIRS]
    stood = Frequencies(incidents=len(PAIRS), of=Counter(one for words in firsts for one in words))
    places = list[int]()
    trigram = list[int]()
    for number, (_, again) in enumerate(PAIRS):
        words = words_in([asked(again)])
        places.append(place_of(number, [likeness(words, one, stood).cosine for one in firsts]))
        alike = [by_trigrams(asked(again), told(first)) for first, _ in PAIRS]
        trigram.append(place_of(number, alike))
    assert sum(place < MOST for place in places) >= sum(place < MOST for place in trigram)
    assert places.count(0) > trigram.count(0)


def test_a_find_names_the_words_it_rests_on_those_that_say_most_first() -> None:
    one = words_in(["The pool of database connections is exhausted"])
    other = words_in(["Connection pool exhausted, the shop is down"])
    found = likeness(one, other, Frequencies(incidents=100, of={"the": 100, "is": 100, "pool": 2}))
    assert found.words[0] in {"connect", "exhaust"}
    assert "the" not in found.words


def test_what_two_incidents_share_counts_a_point_each() -> None:
    shared = (Shared.SERVICE, Shared.MONITOR)
    assert Likeness(cosine=0.5, shared=shared, words=()).score == 2.5


@pytest.mark.parametrize(
    ("cosine", "shared", "says"),
    [
        (0.2, (), True),
        (0.01, (), False),
        (0.01, (Shared.SERVICE,), False),
        (0.0, (Shared.MONITOR,), True),
    ],
)
def test_being_of_one_service_alone_is_no_likeness(
    *, cosine: float, shared: tuple[Shared, ...], says: bool
) -> None:
    assert Likeness(cosine=cosine, shared=shared, words=()).says_something is says


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("checkout-db-3 is down", {"checkout-db-3", "checkout", "db", "is", "down"}),
        ("Connections, connection!", {"connect"}),
        ("404 502 7", set()),
        ("Zahlungsvorgänge schlagen fehl", {"zahlungsvorgäng", "schlagen", "fehl"}),
        ("a" * (LONGEST + 1), set()),
    ],
)
def test_names_of_machines_are_found_whole_and_in_parts(text: str, words: set[str]) -> None:
    assert set(words_in([text])) == words


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_text_has_words_and_never_too_many(texts: list[str]) -> None:
    words = words_in(texts)
    assert len(words) <= MOST_WORDS
    assert all(count > 0 for count in words.values())
    assert len(together(words, words)) == len(words)
    every = Frequencies(incidents=3, of=dict.fromkeys(words, 1))
    alike = likeness(words, words, every)
    assert not words or alike.cosine == pytest.approx(1)
    assert len(rarest(words, every)) <= 25
