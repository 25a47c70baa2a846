"""Whoever runs `make up` is on call, and can be talked about."""

from dataclasses import replace

from events.ids import ResponderId
from projections.sentences import sentence_for
from services.stack.first_responder import YOU
from tests.projections.stories import ANA, story


def test_a_sentence_about_whoever_runs_the_system_is_english() -> None:
    sent = replace(story().sent(ANA), responder_id=ResponderId(YOU), channel="push")
    assert sentence_for(sent) == "operator was paged by push."
