"""Factors of an incident: a tree of whys without a circle, and one that counts."""

from uuid import UUID

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.postmortem.commands import ChangeFactor, RecordFactor, RetractFactor
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.document.factors import (
    Factor,
    FactorKind,
    RecordedFactor,
    primary_of,
    unanswered,
    whys,
)
from events.postmortem.refusals import FactorInUse, FactorNotFound, PostmortemRefused
from tests.events.postmortem.story import after, by, continued


def factor(because_of: int | None = None, *, primary: bool = False) -> Factor:
    return Factor(kind=FactorKind.FACTOR, category="deploy", because_of=because_of, primary=primary)


def record(number: int, because_of: int | None = None, *, primary: bool = False) -> RecordFactor:
    return RecordFactor(
        factor_id=UUID(int=number),
        factor=factor(because_of, primary=primary),
        text=f"Factor {number}",
        **by("ana"),
    )


def change(number: int, because_of: int | None = None) -> ChangeFactor:
    return ChangeFactor(
        number=number, factor=factor(because_of), text=f"Factor {number}", **by("ana")
    )


def test_five_whys_is_the_tree_read_from_its_root() -> None:
    known = after(record(1), record(2, 1), record(3, 1), record(4, 2), record(5))
    assert [(depth, one.number) for depth, one in whys(known.factors)] == [
        (0, 1),
        (1, 2),
        (2, 4),
        (1, 3),
        (0, 5),
    ]


def test_whys_go_in_no_circle() -> None:
    known = after(record(1), record(2, 1), record(3, 2))
    with pytest.raises(PostmortemRefused, match="circle"):
        rules.decide(change(1, because_of=3), known)
    with pytest.raises(PostmortemRefused, match="circle"):
        rules.decide(change(1, because_of=1), known)


def test_a_why_is_of_a_factor_that_there_is() -> None:
    with pytest.raises(PostmortemRefused, match="no factor 7"):
        rules.decide(record(1, because_of=7), after())


def test_one_factor_is_primary_the_one_that_was_named_last() -> None:
    known = after(record(1, primary=True), record(2, primary=True))
    primary = primary_of(known.factors)
    assert primary is not None
    assert primary.number == 2
    assert primary_of(continued(known, RetractFactor(number=2, **by("ana"))).factors) is None


def test_a_cause_is_of_the_taxonomy_and_people_are_no_cause() -> None:
    unknown = RecordFactor(
        factor_id=UUID(int=1),
        factor=Factor(kind=FactorKind.FACTOR, category="human_error"),
        text="Somebody erred",
        **by("ana"),
    )
    with pytest.raises(PostmortemRefused, match="human_error"):
        rules.decide(unknown, after())


def test_a_factor_that_another_explains_is_not_taken_away() -> None:
    known = after(record(1), record(2, 1))
    with pytest.raises(FactorInUse):
        rules.decide(RetractFactor(number=1, **by("ana")), known)
    retracted = continued(known, RetractFactor(number=2, **by("ana")))
    assert [one.number for _, one in whys(retracted.factors)] == [1]
    with pytest.raises(FactorNotFound):
        rules.decide(change(2), retracted)


@each(
    parents=st.dictionaries(st.integers(1, 8), st.one_of(st.none(), st.integers(1, 9)), max_size=8)
)
def test_each_factor_is_read_once_whatever_the_log_holds(parents: dict[int, int | None]) -> None:
    factors = {
        number: RecordedFactor(
            number=number,
            factor_id=UUID(int=number),
            factor=factor(parent),
            text_id=UUID(int=number),
            text="x",
        )
        for number, parent in parents.items()
    }
    assert sorted(one.number for _, one in whys(factors)) == sorted(parents)


def test_a_branch_ends_at_the_factors_whose_why_nobody_answered() -> None:
    known = after(record(1), record(2, 1), record(3, 1), record(4, 2))
    assert [one.number for one in unanswered(known.factors)] == [3, 4]
    without = continued(known, RetractFactor(number=4, **by("ana")))
    assert [one.number for one in unanswered(without.factors)] == [2, 3]
