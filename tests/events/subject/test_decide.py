"""Forgotten once is forgotten for ever, and somebody says why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.actor import Actor
from events.errors import ReasonRequired
from events.ids import SubjectId
from events.subject.commands import ForgetSubject
from events.subject.events import SubjectForgotten
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

forget = ForgetSubject(
    subject_id=SubjectId("ada"),
    reason="They left and asked for it.",
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
forgotten = SubjectForgotten(
    subject_id=SubjectId("ada"),
    reason="They left and asked for it.",
    forgotten_by="api_key:root",
    forgotten_at=NOW,
)


def test_a_person_is_forgotten() -> None:
    given().when(forget).then(forgotten)


def test_forgetting_again_changes_nothing() -> None:
    given(forgotten).when(replace(forget, at=NOW + timedelta(days=1))).then_nothing()


def test_nobody_is_forgotten_without_a_reason() -> None:
    given().when(replace(forget, reason="  ")).refused(ReasonRequired)
