"""Hints on wording: they find what blames people, and leave alone what is said of machines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.wording import people
from events.wording.english import ENGLISH
from events.wording.hints import Hint, by_rule, ends_at_person, hints_in, hints_in_category
from events.wording.language import RuleName
from events.wording.words import Word, words_of
from tests.events.wording.sentences import BLAMING, INNOCENT, PEOPLE

LONG = 50 * 1024  # characters
SECTIONS = ("summary", "root_cause", "action_items", "lessons_learned")
HOSTILE = (
    *("should ", "should have ", "he ", "`", "```\n", "\n", "\n \n", "[", "a.b'", "-", "\u2019"),
    *("who did ", "he should not, ", "https://", "@", "grace ", "did not did not ", "~~~\n`"),
)


def found_in(sentences: tuple[tuple[str, str], ...]) -> list[str]:
    return [text for section, text in sentences if hints_in(text, section, people=PEOPLE)]


def test_nine_of_ten_sentences_that_blame_are_found_and_hardly_an_innocent_one() -> None:
    assert (len(BLAMING), len(INNOCENT)) == (30, 30)
    assert len(found_in(BLAMING)) >= 27
    assert len(found_in(INNOCENT)) <= 2


@pytest.mark.parametrize(
    ("rule", "section", "text", "phrase"),
    [
        (RuleName.COUNTERFACTUAL, "summary", "Here he should have asked.", "he should have"),
        (
            RuleName.COUNTERFACTUAL,
            "impact",
            "The SRE didn\u2019t check it.",
            "SRE didn\u2019t check",
        ),
        (RuleName.COUNTERFACTUAL, "summary", "If only we had a canary.", "If only we"),
        (RuleName.JUDGEMENT, "summary", "A sloppy change.", "sloppy"),
        (RuleName.JUDGEMENT, "impact", "The admin forgot it.", "admin forgot"),
        (RuleName.LABEL, "root_cause", "It was Human\nError.", "Human\nError"),
        (RuleName.NAME, "root_cause", "The change of grace.hopper.", "grace.hopper"),
        (RuleName.NAME, "could_be_improved", "Hopper\u2019s change.", "Hopper\u2019s"),
        (RuleName.WHO_AND_WHY, "impact", "Why did the operator stop?", "Why did the operator"),
        (RuleName.PROMISE, "action_items", "Pay more attention", "Pay more attention"),
    ],
)
def test_a_hint_says_where_it_is_why_and_what_to_ask(
    rule: RuleName, section: str, text: str, phrase: str
) -> None:
    (hint,) = hints_in(text, section, people=("grace.hopper", "Grace Hopper"))
    assert (hint.rule, hint.section, hint.phrase) == (rule, section, phrase)
    assert text[hint.start : hint.end] == phrase
    assert hint.why == ENGLISH.rules[rule].why
    assert hint.question == ENGLISH.rules[rule].question


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("lessons_learned", "We should have asked."),  # what one learned may be said so
        ("timeline", "14:22 grace.hopper took the page."),
        ("summary", "Grace Hopper wrote this."),
        ("root_cause", "Be more careful, the sign said."),
        ("summary", "He restarted it, which failed to help."),
        ("summary", "She left. Redis failed to start."),
        ("summary", "```\nhe should have asked\n```"),
        ("root_cause", "See https://git.example.com/grace.hopper/change"),
    ],
)
def test_what_its_section_or_its_clause_makes_innocent_is_left_alone(
    section: str, text: str
) -> None:
    assert hints_in(text, section, people=("grace.hopper", "Grace Hopper")) == ()


def test_a_name_that_is_also_a_word_counts_only_where_it_is_written_as_a_name() -> None:
    def names(text: str) -> list[str]:
        return [hint.phrase for hint in hints_in(text, "root_cause", people=("will", "Will Byers"))]

    assert names("It will fail again. Will it?") == []
    assert names("The change by Will, and by @will.") == ["Will", "will"]


def test_a_hint_waved_aside_stays_aside_in_its_section_alone() -> None:
    text = "We should have asked. Then we should have looked."
    first, second = hints_in(text, "summary")
    assert first.key == second.key  # the same phrase
    assert hints_in(text, "summary", dismissed={first.key}) == ()
    assert len(hints_in(text, "impact", dismissed={first.key})) == 2
    reworded = text.replace("we should", "the team should")
    assert len(hints_in(reworded, "summary", dismissed={first.key})) == 1


def test_a_category_of_causes_that_is_a_label_is_asked_about() -> None:
    (hint,) = hints_in_category("human_error", "Human error")
    assert hint.question.startswith("A human error is where the question starts")
    assert hints_in_category("deploy", "Deploy issues") == ()


def test_hints_are_counted_by_rule_without_their_text() -> None:
    hints = hints_in("Obviously human error, of course.", "summary")
    assert by_rule(hints) == {RuleName.JUDGEMENT: 2, RuleName.LABEL: 1}


@given(st.text(alphabet="he shouldavwigr.,`@\n-*", max_size=400), st.sampled_from(SECTIONS))
def test_a_hint_stands_where_it_says_whatever_the_text(text: str, section: str) -> None:
    for hint in hints_in(text, section, people=PEOPLE):
        assert text[hint.start : hint.end] == hint.phrase
        assert hint.key == hints_in_again(hint).key


def hints_in_again(hint: Hint) -> Hint:
    return Hint(
        rule=hint.rule,
        section=hint.section,
        start=0,
        end=0,
        phrase=hint.phrase.upper(),
        why="",
        question="",
    )


@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: piece.encode().hex())
def test_each_word_of_a_long_text_is_looked_at_a_few_times_only(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    person_at = people.People.person_at

    def counted(one: people.People, words: list[Word], place: int) -> bool:
        nonlocal looked
        looked += 1
        return person_at(one, words, place)

    monkeypatch.setattr(people.People, "person_at", counted)
    text = piece * (LONG // len(piece))
    hints_in(text, "root_cause", people=PEOPLE)
    assert looked <= 60 * (len(words_of(text)) + 1)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("The operator typed the wrong host", True),
        ("Grace restarted both at once", True),
        ("Because the reviewer did not see the diff", True),
        ("It was human error", True),
        ("We had no canary stage", False),
        ("Nobody owned the certificate", False),
        ("The deploy tool takes any host", False),
        ("No check told the operator which host it was", False),
    ],
)
def test_a_why_that_ends_at_a_person_is_still_to_be_asked(text: str, *, ends: bool) -> None:
    assert ends_at_person(text, PEOPLE) is ends
