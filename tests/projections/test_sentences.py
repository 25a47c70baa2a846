"""Every event has a time, and a sentence that a person would say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.delivery.faults import DeliveryFault
from events.ids import ResponderId
from events.log.codec import wire_name
from events.page.events import EscalationExhausted
from events.registry import ALL_EVENTS
from events.routing.decision import AppliedRule
from projections.engine.authorship import author_of, occurred_at, timestamps
from projections.incidents.durations import spoken
from projections.sentences import person, sentence_for, words
from projections.sentences.words import FAULTS
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
    timestamp = timestamps()[event_type]
    participle = wire_name(event_type).partition(".")[2]
    found = "found_at"  # page.level_empty: somebody found it so
    assert timestamp == found or participle.endswith(timestamp.removesuffix("_at"))


def test_an_author_is_called_as_people_call_them() -> None:
    assert person("responder:ana") == "ana"
    assert person("api_key:desk") == "API key desk"
    assert person("workflow:incident/1") == "Tocsin"
    assert person("integration:prometheus") == "Integration prometheus"
    assert person("cli") == "cli"
    assert author_of(story().declared()) == "integration:prometheus"
    assert author_of(story().level_silent()) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("ProviderUnreachable: connect_failed", "the provider cannot be reached (connect failed)"),
        ("DeliveryDeferred: http_429", "the provider asks to try again later (http 429)"),
        ("DeliveryRefused: smtp_550", "the provider refuses it (smtp 550)"),
        ("OutcomeUnknown: timeout", "nobody knows whether it arrived (timeout)"),
        ("TimedOut", "no attempt came to an end"),
        ("mailbox refused", "mailbox refused"),
    ],
)
def test_why_a_page_could_not_be_sent_is_said_in_words(error: str, said: str) -> None:
    event = replace(story().delivery_failed(ResponderId("ana")), error=error)
    assert sentence_for(event) == f"ana could not be paged by email after 3 attempts: {said}."


def test_every_fault_of_a_delivery_has_words() -> None:
    faults = {one.__name__ for one in (*DeliveryFault.__subclasses__(),)}
    assert faults <= FAULTS.keys()


MIXED = "1 level stayed silent and 3 levels could not be reached"


@pytest.mark.parametrize(
    ("silent", "unreached", "said"),
    [
        (0, 0, "Paging went through 2 rounds, and nobody was to be waited for: nobody is left."),
        (4, 0, "Every level stayed silent for 2 rounds: nobody is left to page."),
        (0, 2, "No level could be reached in 2 rounds: nobody was paged, and nobody is left to."),
        (1, 3, f"In 2 rounds {MIXED}: nobody is left to page."),
    ],
)
def test_silence_and_a_provider_that_was_away_are_told_apart(
    silent: int, unreached: int, said: str
) -> None:
    event = replace(example(EscalationExhausted), rounds=2, silent=silent, unreached=unreached)
    assert sentence_for(event) == said


def test_sentences_stay_on_one_line_whatever_people_write() -> None:
    event = replace(story().resolved(), summary="Fixed.\n\n| it |\tfor \x1b[1mgood\u202e")
    assert sentence_for(event) == "bob declared the incident resolved: Fixed. | it | for good."


def test_an_alert_names_the_rules_that_had_a_say_and_on_what() -> None:
    rules = (
        AppliedRule(
            routing_rules_id="integration.prometheus",
            number=3,
            rule="Disks",
            said=("severity", "escalation_policy", "grouping"),
        ),
        AppliedRule(routing_rules_id="organisation", number=1, rule="Rest", said=()),
    )
    assert sentence_for(replace(story().triggered(), applied=rules)) == (
        "Alert CheckoutErrorRateHigh triggered, seen by integration prometheus;"
        " routing rule Disks (integration.prometheus, version 3) decided its severity, escalation"
        " policy and grouping."
    )
    left = sentence_for(replace(story().triggered(), applied=rules[1:]))
    assert left.endswith("; routing rule Rest (organisation, version 1) left it as it is.")


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
