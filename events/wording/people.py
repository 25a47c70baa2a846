"""People in a text: the names and ids by which it may speak of somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from events.wording.language import Language
from events.wording.words import Word, words_of

LEAST = 3  # letters of a part of a name that stands for its person


@dataclass(frozen=True)
class People:
    """Who worked on an incident, by ids and by names as they are written."""

    names: tuple[str, ...]
    language: Language

    @cached_property
    def whole(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Return ids and whole names, as words in a row, by their first word."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for name in self.names:
            if words := tuple(word.text for word in words_of(name)):
                found.setdefault(words[0], set()).add(words)
        return {first: tuple(sorted(rows, key=len, reverse=True)) for first, rows in found.items()}

    @cached_property
    def parts(self) -> frozenset[str]:
        """Return the parts of names, which count only with a capital letter."""
        return frozenset(
            word.text
            for name in self.names
            for word in words_of(name)
            if len(word.text) >= LEAST and word.text != word.written
        )

    def name_at(self, words: list[Word], place: int) -> int:
        """Return how many words of a name stand here, none if no name does."""
        word = words[place]
        for row in self.whole.get(word.text, ()) or self.whole.get(word.bare, ()):
            there = tuple(one.bare for one in words[place : place + len(row)])
            if len(row) > 1 and there == row:
                return len(row)
            if len(row) == 1 and self._is_name(word):
                return 1
        capital = word.written[0].isupper()
        return 1 if capital and word.bare in self.parts and self._is_name(word) else 0

    def _is_name(self, word: Word) -> bool:
        if word.addressed or word.bare not in self.language.ordinary:
            return True
        capital = word.written[0].isupper()
        return capital and not (word.opens_sentence and word.bare in self.language.openers)

    def person_at(self, words: list[Word], place: int) -> bool:
        """Tell whether a person stands here: a pronoun, a role, a name or an id."""
        return words[place].bare in self.language.persons or self.name_at(words, place) > 0


OPENING: Final = 3  # words in which a sentence's subject stands


def begins_with_person(text: str, names: Iterable[str], language: Language) -> bool:
    """Tell whether a text has one person as its subject: why they did it is still to be asked.

    Whoever says "we" or "nobody" speaks of no one person.
    """
    words = words_of(text)
    people = people_named(names, language)
    for place, word in enumerate(words[:OPENING]):
        if place and word.opens_clause:
            return False
        if word.bare in language.impersonal:
            return False
        if word.bare not in language.many and people.person_at(words, place):
            return True
    return False


def people_named(names: Iterable[str], language: Language) -> People:
    """Return the people of these ids and names."""
    return People(names=tuple(dict.fromkeys(names)), language=language)
