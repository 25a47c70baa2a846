"""Language: the rules of wording for one language, as data.

A rule of phrases alone is wrong nearly always: in published summaries of incidents "failed to" is
said of machines. So phrases may ask for a person as their subject.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RuleName(StrEnum):
    """What a hint is about."""

    COUNTERFACTUAL = "counterfactual"
    JUDGEMENT = "judgement"
    LABEL = "label"
    NAME = "name"
    WHO_AND_WHY = "who_and_why"
    PROMISE = "promise"


class Subject(StrEnum):
    """Where a person has to stand for a phrase to be about people."""

    ANYWHERE = "anywhere"  # the phrase is never said of a machine
    BEFORE = "before"  # within three words
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Words in a row that a rule looks for, all under the same condition."""

    texts: tuple[str, ...]
    subject: Subject = Subject.ANYWHERE
    opens: bool = False  # begins a sentence; elsewhere it means something else
    unless_before: frozenset[str] = frozenset()  # words that give it another sense, right after it
    unless_near: frozenset[str] = frozenset()  # the same, within three words after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is looked for in which sections, why it is in the way, and what to ask in its stead."""

    name: RuleName
    why: str
    question: str
    phrases: tuple[Phrases, ...] = ()
    only_in: frozenset[str] = frozenset()  # sections; empty: all of them
    not_in: frozenset[str] = frozenset()

    def holds_in(self, section: str) -> bool:
        """Tell whether the rule is about this section."""
        return section not in self.not_in and (not self.only_in or section in self.only_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The rules of one language, and the words by which it speaks of people."""

    tag: str  # BCP 47
    rules: Mapping[RuleName, Rule]
    persons: frozenset[str]  # pronouns and roles
    many: frozenset[str]  # of those, what is said of no one person
    impersonal: frozenset[str]  # what follows them is said of a thing
    ordinary: frozenset[str]  # words that are names, too: a name only if written as one
    openers: frozenset[str]  # of those, what begins a sentence without being a name
