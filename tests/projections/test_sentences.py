"""Every event has a time, and a sentence that a person would say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.log.codec import wire_name
from events.registry import ALL_EVENTS
from projections.durations import spoken
from projections.occurrence import author_of, occurred_at, stamps
from projections.sentences import person, sentence_for, words
from tests.events.example import example
from tests.projections.stories import story

NAMES = [wire_name(event) for event in ALL_EVENTS]


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=NAMES)
def test_every_event_has_a_sentence_of_its_own(event_type: type) -> None:
    assert words.dispatch(event_type) is not words.dispatch(object)
    sentence = sentence_for(example(event_type))
    assert sentence.endswith((".", "!", "?"))
    assert "None" not in sentence
    assert "_" not in sentence
    assert "  " not in sentence
    assert sentence[0].isupper() or sentence.startswith("text ")


@pytest.mark.parametrize("event_type", ALL_EVENTS, ids=NAMES)
def test_every_event_has_a_time_of_its_own(event_type: type) -> None:
    assert occurred_at(example(event_type)) == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    stamp = stamps()[event_type]
    participle = wire_name(event_type).partition(".")[2]
    found = "found_at"  # page.level_empty: somebody found it so
    assert stamp == found or participle.endswith(stamp.removesuffix("_at"))


def test_an_author_is_called_as_people_call_them() -> None:
    assert person("responder:ana") == "ana"
    assert person("api_key:desk") == "API key desk"
    assert person("workflow:incident/1") == "Tocsin"
    assert person("integration:prometheus") == "Integration prometheus"
    assert person("cli") == "cli"
    assert author_of(story().declared()) == "integration:prometheus"
    assert author_of(story().level_silent()) is None


def test_sentences_stay_on_one_line_whatever_people_write() -> None:
    event = replace(story().resolved(), summary="Fixed.\n\n| it |\tfor \x1b[1mgood\u202e")
    assert sentence_for(event) == "bob declared the incident resolved: Fixed. | it | for good."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59.9, "59 seconds"),
        (60, "1 minute"),
        (2700, "45 minutes"),
        (3600, "1 hour"),
        (3660, "1 hour 1 minute"),
        (3605, "1 hour"),
        (90000, "1 day 1 hour"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(seconds: float, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words
