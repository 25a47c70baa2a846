"""Branches of factors: which of them end at a person, where one more "why?" is to be asked."""

from collections.abc import Iterable, Iterator
from typing import Final

from events.postmortem.document.factors import Factors, RecordedFactor
from events.postmortem.document.sections import Section
from events.wording.english import ENGLISH
from events.wording.hints import hints_in
from events.wording.language import Language

ENDS_AT_A_PERSON: Final = "ends_at_a_person"  # counted beside the rules of language


def ends_of(factors: Factors) -> Iterator[RecordedFactor]:
    """Yield the factors to which no other answers why; a circle has none."""
    standing = [one for _, one in sorted(factors.items()) if not one.retracted]
    answered = {one.factor.because_of for one in standing}
    yield from (one for one in standing if one.number not in answered)


def ending_at_a_person(
    factors: Factors, people: Iterable[str], language: Language = ENGLISH
) -> list[RecordedFactor]:
    """Return the ends of branches that name somebody, or speak of what somebody did not do.

    `people` are the ids and names of those who worked on the incident.
    """
    known = tuple(people)
    return [
        one
        for one in ends_of(factors)
        if hints_in(one.text, Section.ROOT_CAUSE, people=known, language=language)
    ]
