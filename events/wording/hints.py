"""Hints on wording: where a text blames somebody, why that is in the way, and what to ask instead.

Nothing is refused for them. A hint is dismissed by its key, which is one for the same phrase in the
same section, wherever it stands there.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from events.wording.english import ENGLISH
from events.wording.language import Language, Phrases, Rule, RuleName, Subject
from events.wording.people import People, begins_with_person, people_named
from events.wording.words import Word, words_of

WITHIN: Final = 3  # words between a phrase and its subject
KEY_LENGTH: Final = 16  # hexadecimal digits

type Words = tuple[str, ...]
type Asked = tuple[Phrases, Rule]


@dataclass(frozen=True, slots=True)
class Index:
    """The phrases that are looked for in one section, found by a look or two."""

    lengths: Mapping[str, tuple[int, ...]]  # in words, by the first word
    asked: Mapping[Words, tuple[Asked, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One place in a text, and the question for whoever wrote it."""

    rule: RuleName
    section: str
    start: int  # characters into the text
    end: int
    phrase: str  # as it stands there
    why: str
    question: str

    @property
    def key(self) -> str:
        """Return what a dismissal names: a hash of the section and the phrase."""
        words = " ".join(word.text for word in words_of(self.phrase))
        named = f"{self.section}\n{self.rule}\n{words}"
        return hashlib.sha256(named.encode()).hexdigest()[:KEY_LENGTH]


def hints_in(
    text: str,
    section: str,
    *,
    people: Iterable[str] = (),
    dismissed: Collection[str] = (),
    language: Language = ENGLISH,
) -> tuple[Hint, ...]:
    """Return the hints to a section's text, in the order of their places.

    `people` are the ids and names of those who worked on the incident, `dismissed` the keys of
    hints that somebody waved aside.
    """
    reading = Reading(text, section, people_named(people, language), language)
    found = sorted(reading.hints(), key=lambda hint: (hint.start, hint.end, hint.rule))
    if not dismissed:
        return tuple(found)
    return tuple(hint for hint in found if hint.key not in dismissed)


def hints_in_category(
    category_id: str, label: str, *, language: Language = ENGLISH
) -> tuple[Hint, ...]:
    """Return the hints to a category of causes; a policy may have it all the same."""
    spoken = f"{category_id.replace('_', ' ').replace('-', ' ')}: {label}"
    found = hints_in(spoken, "root_cause", language=language)
    return tuple(hint for hint in found if hint.rule is RuleName.LABEL)[:1]


def ends_at_person(text: str, people: Iterable[str], *, language: Language = ENGLISH) -> bool:
    """Tell whether a why ends at somebody, or at a label for what somebody did."""
    if begins_with_person(text, people, language):
        return True
    found = hints_in(text, "root_cause", language=language)
    return any(hint.rule is RuleName.LABEL for hint in found)


def by_rule(hints: Iterable[Hint]) -> Mapping[RuleName, int]:
    """Return how many hints there are by rule; rules without any are left out."""
    return dict(sorted(Counter(hint.rule for hint in hints).items()))


@dataclass(frozen=True)
class Reading:
    """One section's text, read by the rules that are about it."""

    text: str
    section: str
    people: People
    language: Language

    def hints(self) -> Iterator[Hint]:
        """Yield every hint; a word begins phrases of a few lengths, so the text is read once."""
        words = words_of(self.text)
        index = index_of(self.language.tag, self.section)
        naming = self.language.rules[RuleName.NAME]
        names = naming.holds_in(self.section)
        for place, word in enumerate(words):
            for length in index.lengths.get(word.text, ()):
                for asked, rule in index.asked.get(row_at(words, place, length), ()):
                    if span := self._span(words, place, place + length, asked):
                        yield self._hint(rule, words, *span)
            if names and (length := self.people.name_at(words, place)):
                yield self._hint(naming, words, place, place + length)

    def _span(
        self, words: list[Word], place: int, after: int, asked: Phrases
    ) -> tuple[int, int] | None:
        """Return the words of a hint if the phrase that stands here is about people."""
        if asked.opens and not words[place].opens_sentence:
            return None
        if any(one in asked.unless_before for one in going_on(words, after, 1)):
            return None
        if any(one in asked.unless_near for one in going_on(words, after, WITHIN)):
            return None
        if asked.subject is Subject.ANYWHERE:
            return place, after
        if asked.subject is Subject.AFTER:
            who = self._person(words, range(after, after + WITHIN), words[after - 1])
            return None if who is None else (place, who + 1)
        who = self._person(words, range(place - 1, place - 1 - WITHIN, -1), words[place])
        return None if who is None else (who, after)

    def _person(self, words: list[Word], places: range, beside: Word) -> int | None:
        """Return where a person stands among these places, in the same clause."""
        backwards = places.step < 0
        last = beside
        for place in places:
            if not 0 <= place < len(words) or (last if backwards else words[place]).opens_clause:
                return None
            if words[place].text in self.language.impersonal:
                return None
            if self.people.person_at(words, place):
                return place
            last = words[place]
        return None

    def _hint(self, rule: Rule, words: list[Word], first: int, after: int) -> Hint:
        start, end = words[first].start, words[after - 1].end
        return Hint(
            rule=rule.name,
            section=self.section,
            start=start,
            end=end,
            phrase=self.text[start:end],
            why=rule.why,
            question=rule.question,
        )


def row_at(words: list[Word], place: int, length: int) -> Words:
    """Return so many words in a row, or none where the clause ends before them."""
    row = words[place : place + length]
    for word in row[1:]:
        if word.opens_clause:
            return ()
    return tuple([word.text for word in row])


def going_on(words: list[Word], after: int, most: int) -> Iterator[str]:
    """Yield the next words of the clause."""
    for word in words[after : after + most]:
        if word.opens_clause:
            return
        yield word.text


@lru_cache(maxsize=64)
def index_of(tag: str, section: str) -> Index:
    """Return the phrases that are looked for in a section."""
    asked: dict[Words, list[Asked]] = {}
    for rule in LANGUAGES[tag].rules.values():
        for phrases in rule.phrases if rule.holds_in(section) else ():
            for text in phrases.texts:
                asked.setdefault(tuple(text.split(" ")), []).append((phrases, rule))
    lengths: dict[str, set[int]] = {}
    for words in asked:
        lengths.setdefault(words[0], set()).add(len(words))
    return Index(
        lengths={first: tuple(sorted(found)) for first, found in lengths.items()},
        asked={words: tuple(rows) for words, rows in asked.items()},
    )


LANGUAGES: Final[Mapping[str, Language]] = {ENGLISH.tag: ENGLISH}
