"""Merge of two edits: both are in it, or nothing is offered."""

from hypothesis import example, given
from hypothesis import strategies as st

from events.postmortem.document.merging import MOST_LINES, merged
from tests.events.postmortem.test_many_writers import second_merge

BASE = "one\ntwo\nthree\nfour\n"


def test_edits_of_different_lines_are_both_in_it() -> None:
    theirs = "ONE\ntwo\nthree\nfour\n"
    ours = "one\ntwo\nthree\nfour\nfive\n"
    assert merged(BASE, theirs, ours) == "ONE\ntwo\nthree\nfour\nfive\n"


def test_edits_of_neighbouring_lines_are_both_in_it() -> None:
    assert merged(BASE, "one\nTWO\nthree\nfour\n", "one\ntwo\nTHREE\nfour\n") == (
        "one\nTWO\nTHREE\nfour\n"
    )


def test_edits_of_one_line_are_for_people_to_settle() -> None:
    assert merged(BASE, "one\n2\nthree\nfour\n", "one\nii\nthree\nfour\n") is None


def test_two_insertions_at_one_place_are_for_people_to_settle() -> None:
    assert merged(BASE, f"zero\n{BASE}", f"nil\n{BASE}") is None


def test_the_same_edit_twice_is_there_once() -> None:
    assert merged(BASE, f"{BASE}five\n", f"{BASE}five\n") == f"{BASE}five\n"


def test_a_text_of_very_many_lines_is_not_compared() -> None:
    assert merged("a\n" * (MOST_LINES + 1), "b\n", "c\n") is None


lines = st.lists(st.sampled_from("abcd"), max_size=8).map(
    lambda some: "".join(f"{a}\n" for a in some)
)


@given(base=lines, theirs=lines, ours=lines)
@example(base="", theirs="a\n", ours="a\n")
def test_a_merge_has_what_either_added_and_nothing_else(base: str, theirs: str, ours: str) -> None:
    assert merged(base, base, ours) == ours
    assert merged(base, theirs, base) == theirs
    found = merged(base, theirs, ours)
    assert found == merged(base, ours, theirs) == second_merge(base, theirs, ours)
    if found is not None:
        assert set(found.splitlines()) <= {*theirs.splitlines(), *ours.splitlines()}
