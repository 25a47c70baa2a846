"""Merge of two edits of one text, line by line, if they touch no common line."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

MOST_LINES: Final = 2_000  # the comparison takes the square of it


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Lines of the base, from one up to another, and what stands in their place."""

    begin: int
    end: int
    lines: tuple[str, ...]


def merged(base: str, theirs: str, ours: str) -> str | None:
    """Return the base with both edits in it; None if they touch a common line.

    Two insertions at one place are in each other's way: nobody said which comes first.
    """
    texts = [text.splitlines(keepends=True) for text in (base, theirs, ours)]
    if max(map(len, texts)) > MOST_LINES:
        return None
    lines, other, own = texts
    changes = sorted({*changes_of(lines, other), *changes_of(lines, own)})
    if any(in_the_way(one, following) for one, following in pairwise(changes)):
        return None
    result: list[str] = []
    at = 0
    for change in changes:
        result += lines[at : change.begin]
        result += change.lines
        at = change.end
    return "".join((*result, *lines[at:]))


def changes_of(base: Sequence[str], edited: Sequence[str]) -> list[Change]:
    """Return where an edited text differs from its base."""
    opcodes = SequenceMatcher(None, base, edited, autojunk=False).get_opcodes()
    return [
        Change(begin, end, tuple(edited[first:last]))
        for kind, begin, end, first, last in opcodes
        if kind != "equal"
    ]


def in_the_way(one: Change, following: Change) -> bool:
    """Say whether two changes, in order, touch a common line or begin at the same place."""
    return following.begin < one.end or following.begin == one.begin
