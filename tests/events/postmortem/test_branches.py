"""Branches of factors that end at a person are told from those that end at the system."""

from dataclasses import replace

from events.postmortem.commands import RecordFactor, RetractFactor
from events.postmortem.document.branches import ending_at_a_person, ends_of
from tests.events.postmortem.story import after, by
from tests.events.postmortem.test_factors import record


def said(number: int, text: str, because_of: int | None = None) -> RecordFactor:
    return replace(record(number, because_of), text=text)


def numbers(*commands: object) -> list[int]:
    found = ending_at_a_person(after(*commands).factors, ["ana", "Ana Lopez"])
    return [one.number for one in found]


def test_a_branch_ends_where_no_factor_answers_why() -> None:
    known = after(record(1), record(2, 1), record(3, 1), record(4, 2), record(5))
    assert [one.number for one in ends_of(known.factors)] == [3, 4, 5]


def test_a_branch_that_ends_at_somebody_asks_for_one_more_why() -> None:
    assert numbers(said(1, "The pool was full"), said(2, "Ana Lopez forgot the limit", 1)) == [2]
    assert numbers(said(1, "The pool was full"), said(2, "Human error", 1)) == [2]
    assert numbers(said(1, "The operator failed to drain the node")) == [1]


def test_a_person_on_the_way_to_the_system_ends_no_branch() -> None:
    on_the_way = said(1, "Ana deployed at four"), said(2, "Nothing checks the order", 1)
    assert numbers(*on_the_way) == []
    assert numbers(*on_the_way, RetractFactor(number=2, **by("ana"))) == [1]
