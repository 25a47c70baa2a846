"""A finding is answered with a reason and an end; the newest answer counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.actor import Actor
from events.ids import TeamId
from events.practice.finding_answer import (
    AnswerEndImpossible,
    AnswerFinding,
    FindingId,
    PracticeFindingAnswered,
)
from tests.given import given

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
NAMED = FindingId("small_rotation.team.shop.shop")
answer = AnswerFinding(
    finding_id=NAMED,
    measure="small_rotation",
    service_id=None,
    team_id=TeamId("shop"),
    about="shop",
    reason="Two people join in January.",
    until=NOW + timedelta(days=60),
    actor=Actor(principal="responder:ana"),
    at=NOW,
)
answered = PracticeFindingAnswered(
    finding_id=NAMED,
    measure="small_rotation",
    service_id=None,
    team_id=TeamId("shop"),
    about="shop",
    reason="Two people join in January.",
    until=NOW + timedelta(days=60),
    answered_by="responder:ana",
    answered_at=NOW,
)


def test_a_finding_is_answered_with_a_reason_and_an_end() -> None:
    given().when(answer).then(answered)
    given(answered).when(replace(answer, at=NOW + timedelta(days=1))).then_nothing()


def test_a_new_answer_takes_the_place_of_the_one_before() -> None:
    given(answered).when(replace(answer, reason="They have joined.")).then(
        replace(answered, reason="They have joined.")
    )


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_an_answer_that_is_over_or_never_ends_is_refused(days: int) -> None:
    until = NOW + timedelta(days=days)
    given().when(replace(answer, until=until)).refused(AnswerEndImpossible, "at most a year ahead")
