"""Factors: what set an incident off, what let it and what hid it; a tree, read as five whys."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class FactorKind(StrEnum):
    """Which part a factor played."""

    TRIGGER = "trigger"  # what set it off
    FACTOR = "factor"  # what let it
    DETECTION = "detection"  # what hid it
    RESPONSE = "response"  # what slowed us
    LUCK = "luck"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A factor without its words: those are sealed, and can be erased."""

    kind: FactorKind
    category: str  # of causes, by its id
    because_of: int | None = None  # the factor whose "why?" it answers
    primary: bool = False  # the one that counts among top causes
    change_id: str | None = None  # the reported change that it names


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFactor:
    """One factor of a postmortem, by its number there."""

    number: int
    factor_id: UUID
    factor: Factor
    text_id: UUID
    text: str
    revision: int = 1
    retracted: bool = False


type Factors = Mapping[int, RecordedFactor]


def primary_of(factors: Factors) -> RecordedFactor | None:
    """Return the factor that counts as the cause, if people named one."""
    standing = (one for one in factors.values() if not one.retracted)
    return next((one for one in standing if one.factor.primary), None)


def whys(factors: Factors) -> Iterator[tuple[int, RecordedFactor]]:
    """Yield each factor with its depth: what happened first, and below it why it could.

    Each is yielded once; of a circle, the smallest number is read as what happened.
    """
    standing = {number: one for number, one in sorted(factors.items()) if not one.retracted}
    answers: defaultdict[int, list[int]] = defaultdict(list)
    for number, one in standing.items():
        if one.factor.because_of in standing:
            answers[one.factor.because_of].append(number)
    roots = [number for number, one in standing.items() if one.factor.because_of not in standing]
    seen: set[int] = set()
    for root in (*roots, *standing):
        waiting = [(0, root)]
        while waiting:
            depth, number = waiting.pop()
            if number not in seen:
                seen.add(number)
                yield depth, standing[number]
                waiting += [(depth + 1, why) for why in reversed(answers[number])]


def unanswered(factors: Factors) -> Iterator[RecordedFactor]:
    """Yield the factors below which no why is answered: there each branch of the tree ends."""
    standing = [one for _, one in sorted(factors.items()) if not one.retracted]
    answered = {one.factor.because_of for one in standing}
    yield from (one for one in standing if one.number not in answered)


def answers_why_of(factors: Factors, start: int | None, target: int) -> bool:
    """Say whether a factor is another one, or answers a "why?" somewhere below it."""
    seen: set[int] = set()
    while start is not None and start not in seen:
        if start == target:
            return True
        seen.add(start)
        one = factors.get(start)
        start = one.factor.because_of if one else None
    return False
